const HAPPENS = ['rec-ready', 'rec-impression', 'rec-click', 'rec-dismiss', 'rec-undo'];
const GOES_WRONG = ['rec-fallback', 'rec-problem'];

const heard = document.querySelector('#heard');
for (const name of [...HAPPENS, ...GOES_WRONG])
  document.querySelector('#watched').addEventListener(name, ({ detail: { slate, ...detail } }) => {
    const line = document.createElement('li');
    line.textContent = `${name} ${JSON.stringify(detail)}`;
    heard.prepend(line);
  });
