// The brand pictures, from public/favicon.svg and a figure of the samples: touch icon, .ico and the link-preview card.
export async function brand(post, fit, scenes) {
  const svg = await (await fetch('/favicon.svg')).text(),
    canvas = (w, h = w) => Object.assign(document.createElement('canvas'), { width: w, height: h });
  const mark = (size, scheme = 'light') =>
    new Promise((ok, no) => {
      // the media query is settled by hand, so that every machine draws the same
      const dark = svg.match(/dark\)\{(.*?\}.*?\})\}/)[1],
        text = svg.replace(/@media.*?\}\}/, scheme === 'dark' ? dark : '').replace('<svg ', `<svg width="${size}" height="${size}" `),
        img = new Image(size, size);
      img.onload = () => ok(img);
      img.onerror = no;
      img.src = 'data:image/svg+xml,' + encodeURIComponent(text);
    });
  const png = c => new Promise(r => c.toBlob(r, 'image/png'));

  const small = canvas(32),
    s = small.getContext('2d');
  s.fillStyle = '#faf7f2';
  s.beginPath();
  s.roundRect(0, 0, 32, 32, 7);
  s.fill();
  s.drawImage(await mark(30), 1, 1); // paper behind: an .ico knows no dark tab
  await post('/ico', { path: 'public/favicon.ico' }, await png(small));

  const touch = canvas(180),
    t = touch.getContext('2d');
  t.fillStyle = '#faf7f2';
  t.fillRect(0, 0, 180, 180);
  t.drawImage(await mark(128), 26, 24);
  await post('/file', { path: 'public/apple-touch-icon.png' }, await png(touch));

  const card = canvas(1200, 630),
    c = card.getContext('2d');
  c.fillStyle = '#faf7f2';
  c.fillRect(0, 0, 1200, 630);
  const photo = async (name, x, y, w, h, sx, sy, sw) => {
    const { pic } = scenes[name](),
      src = pic.finish({ grain: 0 });
    c.save();
    c.beginPath();
    c.roundRect(x, y, w, h, 22);
    c.clip();
    c.imageSmoothingQuality = 'high';
    c.drawImage(src, sx, sy, sw, (sw * h) / w, x, y, w, h);
    c.restore();
  };
  await photo('person-1', 812, 0, 388, 630, 170, 20, 620);
  c.fillStyle = '#faf7f2';
  c.beginPath();
  c.roundRect(676, 320, 226, 262, 26);
  c.fill();
  await photo('outfit-2', 686, 330, 206, 242, 10, 50, 940);
  c.drawImage(await mark(96), 72, 104);
  c.fillStyle = '#1d1a16';
  c.font = '600 104px "Noto Serif", "DejaVu Serif", "Liberation Serif", serif';
  c.letterSpacing = '-2px';
  c.fillText('Примерка', 74, 318);
  c.letterSpacing = '0px';
  c.fillStyle = '#574f46';
  c.font = '400 33px "Noto Sans", "Liberation Sans", "DejaVu Sans", sans-serif';
  c.fillText('Виртуальная примерка', 80, 390);
  c.fillText('по двум фотографиям', 80, 436);
  c.fillStyle = '#9c3426';
  c.beginPath();
  c.roundRect(80, 496, 64, 6, 3);
  c.fill();
  await post('/card', { path: 'public/og.png' }, c.getImageData(0, 0, 1200, 630).data);
}
