"""Google's own SDK for Python, unmodified, against the embedded gateway: through the gateway, and as if it were Google itself.

scripts/test-sdk.sh starts the gateway with TOKEN and the accepted key KEY, and says where it is in ORIGIN.
"""

import json
import os
import unittest
import urllib.request
from pathlib import Path

from google import genai
from google.genai import errors, types

ORIGIN, TOKEN, KEY = (os.environ[name] for name in ("ORIGIN", "TOKEN", "KEY"))
MODEL = "gemini-nano-banana-2.1"
GATEWAY = f"{ORIGIN}/v1/0123456789abcdef0123456789abcdef/embedded/google-ai-studio"
SAMPLES = Path(__file__).resolve().parents[2] / "public" / "samples"
WORDS = types.GenerateContentConfig(response_modalities=["TEXT"])


def control(method, fault=None):
    body = None if fault is None else json.dumps(fault).encode()
    urllib.request.urlopen(urllib.request.Request(f"{ORIGIN}/control/faults", data=body, method=method)).close()


def photo(name):
    return types.Part.from_bytes(data=(SAMPLES / name).read_bytes(), mime_type="image/jpeg")


def outfit():
    return ["PHOTO B (the outfit):", photo("outfit-1.jpg")]


def both():
    return ["Put the outfit on the person.", *outfit(), "PHOTO A (the person):", photo("person-1.jpg")]


class Tests:
    """What holds either way."""

    def client(self, key=KEY):
        raise NotImplementedError

    def models(self, key=KEY):
        # The SDK closes a client that nobody holds.
        self.held = self.client(key)
        return self.held.models

    def ask(self, contents, config=None, model=MODEL, key=KEY):
        return self.models(key).generate_content(model=model, contents=contents, config=config)

    def refusal(self, *args, **kwargs):
        with self.assertRaises(errors.APIError) as caught:
            self.ask(*args, **kwargs)
        return caught.exception

    def tearDown(self):
        control("DELETE")

    def test_words_with_usage(self):
        answer = self.ask(outfit(), WORDS)
        self.assertIn("garment_type", json.loads(answer.text))
        usage = answer.usage_metadata
        parts = usage.prompt_token_count + usage.candidates_token_count + usage.thoughts_token_count
        self.assertEqual(usage.total_token_count, parts)
        self.assertEqual(answer.model_version, MODEL)
        self.assertTrue(answer.response_id)

    def test_picture_in_picture_out(self):
        config = types.GenerateContentConfig(image_config=types.ImageConfig(aspect_ratio="3:4", image_size="1K"))
        blob = self.ask(both(), config).candidates[0].content.parts[-1].inline_data
        self.assertEqual(blob.mime_type, "image/jpeg")
        self.assertEqual(blob.data[:3], b"\xff\xd8\xff")

    def test_stream(self):
        chunks = list(self.models().generate_content_stream(model=MODEL, contents=outfit(), config=WORDS))
        self.assertGreater(len(chunks), 2)
        self.assertIn("garment_type", json.loads("".join(chunk.text or "" for chunk in chunks)))
        self.assertEqual(len({chunk.response_id for chunk in chunks}), 1)
        self.assertEqual(chunks[-1].candidates[0].finish_reason, types.FinishReason.STOP)

    def test_stream_with_picture(self):
        chunks = self.models().generate_content_stream(model=MODEL, contents=both())
        parts = [part for chunk in chunks for part in (chunk.candidates[0].content.parts or [])]
        self.assertEqual(sum(part.inline_data is not None for part in parts), 1)

    def test_models(self):
        names = [model.name for model in self.models().list(config={"page_size": 2})]
        self.assertIn(f"models/{MODEL}", names)
        self.assertNotIn("models/gemini-2.5-flash-image", names)
        self.assertEqual(self.models().get(model=MODEL).name, f"models/{MODEL}")

    def test_count_tokens(self):
        self.assertGreater(self.models().count_tokens(model=MODEL, contents=outfit()).total_tokens, 1120)

    def test_bad_key(self):
        error = self.refusal("Hello", key="AIza-wrong")
        self.assertIsInstance(error, errors.ClientError)
        self.assertEqual((error.code, error.status), (400, "INVALID_ARGUMENT"))
        self.assertEqual(error.details["error"]["details"][0]["reason"], "API_KEY_INVALID")

    def test_unknown_and_retired_models(self):
        unknown = self.refusal("Hello", model="gemini-of-tomorrow")
        self.assertEqual((unknown.code, unknown.status), (404, "NOT_FOUND"))
        retired = self.refusal("Hello", model="gemini-2.5-flash-image")
        self.assertIn("no longer available", retired.message)

    def test_json_mode(self):
        config = types.GenerateContentConfig(response_mime_type="application/json")
        self.assertEqual(self.refusal(outfit(), config).message, "JSON mode is not enabled for this model")
        self.assertIn("pieces", json.loads(self.ask(outfit(), config, model="gemini-3.1-flash-lite").text))

    def test_json_mode_with_a_schema(self):
        properties = {"garment_type": {"type": "STRING"}, "slot": {"type": "STRING", "enum": ["top", "bottom"]}}
        schema = {"type": "OBJECT", "properties": properties, "required": ["garment_type", "slot"]}
        config = types.GenerateContentConfig(response_mime_type="application/json", response_schema=schema)
        said = json.loads(self.ask(outfit(), config, model="gemini-3.5-flash").text)
        self.assertTrue(said.pop("garment_type"))
        self.assertEqual(said, {"slot": "top"})

    def test_thinking_is_shown_when_asked_for(self):
        config = types.GenerateContentConfig(thinking_config=types.ThinkingConfig(include_thoughts=True))
        parts = self.ask(both(), config).candidates[0].content.parts
        self.assertTrue(parts[0].thought)

    def test_quota(self):
        control("POST", {"name": "quota_per_day"})
        error = self.refusal(outfit(), WORDS)
        self.assertEqual((error.code, error.status), (429, "RESOURCE_EXHAUSTED"))
        violation = error.details["error"]["details"][0]["violations"][0]
        self.assertIn("PerDay", violation["quotaId"])

    def test_overloaded_is_a_server_error(self):
        control("POST", {"name": "overloaded"})
        self.assertIsInstance(self.refusal(outfit(), WORDS), errors.ServerError)

    def test_blocked_prompt(self):
        control("POST", {"name": "blocked_safety"})
        answer = self.ask(both())
        self.assertEqual(answer.prompt_feedback.block_reason, types.BlockedReason.SAFETY)
        self.assertIsNone(answer.candidates)

    def test_refused_picture(self):
        control("POST", {"name": "finish_image_prohibited_content"})
        candidate = self.ask(both()).candidates[0]
        self.assertEqual(candidate.finish_reason, types.FinishReason.IMAGE_PROHIBITED_CONTENT)
        self.assertIsNone(candidate.content.parts)

    def test_every_finish_reason_is_read(self):
        with urllib.request.urlopen(f"{ORIGIN}/control/faults/catalogue") as catalogue:
            names = [fault["name"] for fault in json.load(catalogue)]
        for name in (name for name in names if name.startswith(("finish_", "blocked_"))):
            with self.subTest(name):
                control("POST", {"name": name})
                self.assertIsNone(self.ask(both()).text)


class ThroughTheGateway(Tests, unittest.TestCase):
    def client(self, key=KEY):
        headers = {"cf-aig-authorization": f"Bearer {TOKEN}"}
        return genai.Client(api_key=key, http_options=types.HttpOptions(base_url=GATEWAY, headers=headers))

    def test_without_the_token(self):
        client = genai.Client(api_key=KEY, http_options=types.HttpOptions(base_url=GATEWAY))
        with self.assertRaises(errors.APIError) as caught:
            client.models.generate_content(model=MODEL, contents="Hello")
        self.assertEqual(caught.exception.code, 401)


class AsPlainGoogle(Tests, unittest.TestCase):
    def client(self, key=KEY):
        return genai.Client(api_key=key, http_options=types.HttpOptions(base_url=ORIGIN))


if __name__ == "__main__":
    unittest.main()
