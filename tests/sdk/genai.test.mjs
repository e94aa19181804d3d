// Google's own SDK for JavaScript, unmodified, against the embedded gateway: through the gateway, and as if it were Google itself.
// scripts/test-sdk.sh starts the gateway with TOKEN and the accepted key KEY, and says where it is in ORIGIN.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { afterEach, describe, test } from "node:test";

import { ApiError, GoogleGenAI } from "@google/genai";

const { ORIGIN, TOKEN, KEY } = process.env;
const MODEL = "gemini-nano-banana-2.1";
const GATEWAY = `${ORIGIN}/v1/0123456789abcdef0123456789abcdef/embedded/google-ai-studio`;
const samples = new URL("../../public/samples/", import.meta.url);

const photo = async (name) => ({
  inlineData: { mimeType: "image/jpeg", data: (await readFile(new URL(name, samples))).toString("base64") },
});
const outfit = async () => [{ text: "PHOTO B (the outfit):" }, await photo("outfit-1.jpg")];
const both = async () => [
  { text: "Put the outfit on the person." },
  ...(await outfit()),
  { text: "PHOTO A (the person):" },
  await photo("person-1.jpg"),
];
const words = { responseModalities: ["TEXT"] };

const ways = {
  "through the gateway": (key = KEY) =>
    new GoogleGenAI({
      apiKey: key,
      httpOptions: { baseUrl: GATEWAY, headers: { "cf-aig-authorization": `Bearer ${TOKEN}` } },
    }),
  "as plain Google": (key = KEY) => new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: ORIGIN } }),
};

async function arm(fault) {
  const armed = await fetch(`${ORIGIN}/control/faults`, { method: "POST", body: JSON.stringify(fault) });
  assert.equal(armed.status, 204, await armed.text());
}
afterEach(() => fetch(`${ORIGIN}/control/faults`, { method: "DELETE" }));

/** The SDK's own error, with its status and what Google said. */
async function refusal(promise) {
  const error = await promise.then(
    () => assert.fail("it was not refused"),
    (error) => error,
  );
  assert.ok(error instanceof ApiError, String(error));
  return { status: error.status, ...JSON.parse(error.message).error };
}

for (const [way, client] of Object.entries(ways)) {
  describe(way, () => {
    const ask = async (contents, config, model = MODEL) =>
      client().models.generateContent({ model, contents: await contents(), config });

    test("words: a description with usage", async () => {
      const answer = await ask(outfit, words);
      assert.ok(JSON.parse(answer.text).garment_type);
      assert.equal(answer.modelVersion, MODEL);
      assert.ok(answer.responseId);
      const usage = answer.usageMetadata;
      assert.equal(usage.totalTokenCount, usage.promptTokenCount + usage.candidatesTokenCount + usage.thoughtsTokenCount);
      assert.deepEqual(usage.promptTokensDetails.map((detail) => detail.modality), ["TEXT", "IMAGE"]);
    });

    test("a picture in, a picture out", async () => {
      const answer = await ask(both, { responseModalities: ["TEXT", "IMAGE"], imageConfig: { aspectRatio: "3:4" } });
      const { inlineData } = answer.candidates[0].content.parts.at(-1);
      assert.equal(inlineData.mimeType, "image/jpeg");
      assert.equal(Buffer.from(inlineData.data, "base64").subarray(0, 3).toString("hex"), "ffd8ff");
      assert.equal(answer.candidates[0].finishReason, "STOP");
      assert.deepEqual(answer.usageMetadata.candidatesTokensDetails, [{ modality: "IMAGE", tokenCount: 1120 }]);
    });

    test("a stream of words is the answer in pieces", async () => {
      const stream = await client().models.generateContentStream({ model: MODEL, contents: await outfit(), config: words });
      const chunks = [];
      for await (const chunk of stream) chunks.push(chunk);
      assert.ok(chunks.length > 2);
      assert.ok(JSON.parse(chunks.map((chunk) => chunk.text ?? "").join("")).garment_type);
      assert.equal(new Set(chunks.map((chunk) => chunk.responseId)).size, 1);
      assert.equal(chunks.at(-1).candidates[0].finishReason, "STOP");
      assert.ok(chunks.at(-1).usageMetadata.candidatesTokenCount > 0);
    });

    test("a stream carries a picture whole", async () => {
      const stream = await client().models.generateContentStream({ model: MODEL, contents: await both() });
      const pictures = [];
      for await (const chunk of stream) {
        pictures.push(...(chunk.candidates?.[0]?.content?.parts ?? []).filter((part) => part.inlineData));
      }
      assert.equal(pictures.length, 1);
      assert.equal(Buffer.from(pictures[0].inlineData.data, "base64").subarray(-2).toString("hex"), "ffd9");
    });

    test("models are listed, page by page, and described", async () => {
      const names = [];
      for await (const model of await client().models.list({ config: { pageSize: 2 } })) names.push(model.name);
      assert.ok(names.includes(`models/${MODEL}`) && names.length > 4, String(names));
      assert.ok(!names.includes("models/gemini-2.5-flash-image"));
      const model = await client().models.get({ model: MODEL });
      assert.equal(model.name, `models/${MODEL}`);
      assert.ok(model.supportedActions.includes("generateContent"));
    });

    test("tokens are counted", async () => {
      const counted = await client().models.countTokens({ model: MODEL, contents: await outfit() });
      assert.ok(counted.totalTokens > 1120, String(counted.totalTokens));
    });

    test("a key that is not accepted", async () => {
      const error = await refusal(client("AIza-wrong").models.generateContent({ model: MODEL, contents: "Hello" }));
      assert.deepEqual([error.status, error.code], ["INVALID_ARGUMENT", 400]);
      assert.equal(error.details[0].reason, "API_KEY_INVALID");
      assert.equal(error.details[1].locale, "en-US");
    });

    test("unknown and retired models", async () => {
      const unknown = await refusal(client().models.generateContent({ model: "gemini-of-tomorrow", contents: "Hello" }));
      assert.equal(unknown.code, 404);
      assert.match(unknown.message, /models\/gemini-of-tomorrow is not found for API version v1/);
      const retired = await refusal(client().models.generateContent({ model: "gemini-2.5-flash-image", contents: "Hello" }));
      assert.equal(retired.code, 404);
      assert.match(retired.message, /no longer available\. Please update your code to use models\/gemini-3\.1-flash-image/);
    });

    test("what a model cannot do", async () => {
      const jsonMode = await refusal(ask(outfit, { responseMimeType: "application/json" }));
      assert.equal(jsonMode.message, "JSON mode is not enabled for this model");
      const size = await refusal(ask(both, { imageConfig: { imageSize: "512" } }));
      assert.equal(size.message, "Request contains an invalid argument.");
    });

    test("JSON mode of a text model, with a schema and without", async () => {
      const responseMimeType = "application/json";
      const free = await ask(outfit, { responseMimeType }, "gemini-3.1-flash-lite");
      assert.ok(JSON.parse(free.text).pieces.length > 0);
      const responseSchema = {
        type: "OBJECT",
        properties: { garment_type: { type: "STRING" }, slot: { type: "STRING", enum: ["top", "bottom"] } },
        required: ["garment_type", "slot"],
      };
      const bound = await ask(outfit, { responseMimeType, responseSchema }, "gemini-3.1-flash-lite");
      const { garment_type, ...rest } = JSON.parse(bound.text);
      assert.ok(garment_type);
      assert.deepEqual(rest, { slot: "top" });
    });

    test("a quota, with its details", async () => {
      await arm({ name: "quota_per_minute" });
      const error = await refusal(ask(outfit, words));
      assert.deepEqual([error.code, error.status], [429, "RESOURCE_EXHAUSTED"]);
      const types = error.details.map((detail) => detail["@type"].split(".").at(-1));
      assert.deepEqual(types, ["QuotaFailure", "Help", "RetryInfo"]);
      assert.equal(error.details[2].retryDelay, "56s");
    });

    test("a blocked prompt", async () => {
      await arm({ name: "blocked_prohibited_content" });
      const answer = await ask(both);
      assert.equal(answer.promptFeedback.blockReason, "PROHIBITED_CONTENT");
      assert.equal(answer.text, undefined);
    });

    test("a refused picture", async () => {
      await arm({ name: "finish_image_safety", step: 2 });
      const answer = await ask(both);
      assert.equal(answer.candidates[0].finishReason, "IMAGE_SAFETY");
      assert.equal(answer.candidates[0].content.parts, undefined);
      assert.equal(answer.data, undefined);
    });

    test("an overloaded model, in a stream too", async () => {
      await arm({ name: "overloaded", times: 2 });
      assert.equal((await refusal(ask(outfit, words))).code, 503);
      const stream = client().models.generateContentStream({ model: MODEL, contents: "Hello", config: words });
      assert.equal((await refusal(stream)).code, 503);
    });
  });
}

test("the gateway's token where Google's key belongs", async () => {
  const client = new GoogleGenAI({ apiKey: TOKEN, httpOptions: { baseUrl: GATEWAY } });
  const answer = await client.models.generateContent({ model: MODEL, contents: await outfit(), config: words });
  assert.ok(JSON.parse(answer.text).garment_type);
});

test("without the gateway's token", async () => {
  const client = new GoogleGenAI({ apiKey: KEY, httpOptions: { baseUrl: GATEWAY } });
  const error = await client.models.generateContent({ model: MODEL, contents: "Hello" }).catch((error) => error);
  assert.equal(error.status, 401);
  assert.match(error.message, /"code":2009/);
});

test("a connection that is reset", async () => {
  await arm({ name: "reset" });
  await assert.rejects(ways["as plain Google"]().models.generateContent({ model: MODEL, contents: "Hello" }));
});
