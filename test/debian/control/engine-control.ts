import { expect, test } from 'vitest';
import { server, userEvent } from 'vitest/browser';

test('keys and pointer are taken for a visitor’s', async () => {
  document.body.innerHTML = '<button>1</button><button>2</button>';
  const [one, two] = document.querySelectorAll('button');
  const seen: string[] = [];
  for (const type of ['keydown', 'mouseenter', 'click', 'dblclick']) {
    const note = (event: Event): void => {
      const { isTrusted, target, key = '', ctrlKey, shiftKey } = event as KeyboardEvent;
      const isButton = target instanceof Element && target.matches('button');
      // WebKitGTK gives Tab with Shift no name
      if (isTrusted && isButton && !shiftKey)
        seen.push([type, target.textContent, key, ctrlKey ? 'Control' : ''].join(' ').trim());
    };
    document.addEventListener(type, note, { capture: true });
  }
  await userEvent.click(one);
  await userEvent.keyboard('{Enter}');
  await userEvent.tab();
  await userEvent.tab({ shift: true });
  expect([document.hasFocus(), document.activeElement]).toEqual([true, one]);
  await userEvent.hover(two);
  await userEvent.click(two, { modifiers: ['Control'] });
  await userEvent.dblClick(one);
  expect(seen).toEqual([
    ...['mouseenter 1', 'click 1', 'keydown 1 Enter', 'click 1', 'keydown 1 Tab'],
    ...['mouseenter 2', 'keydown 1 Control Control', 'click 2  Control'],
    ...['mouseenter 1', 'click 1', 'click 1', 'dblclick 1'],
  ]);
});

test('the engine is the one that the project names', () => {
  const agent = { firefox: /Gecko\/\d+ Firefox\//, webkit: /AppleWebKit\/(?!.*Chrom)/ }[server.browser];
  expect(navigator.userAgent).toMatch(agent ?? 'a known engine');
});

test('fails outside Chromium', () => {
  expect(navigator.userAgent).toContain('Chrome/');
});
