/**
 * For a worker before its own script: onnxruntime runs from the module that the page has compiled and posted here, for
 * WebKit takes seconds to compile it, and a thousand visits are a thousand workers.
 */
const runtime = new Promise<WebAssembly.Module>((resolve) => {
  addEventListener('message', (event: MessageEvent<unknown>) => {
    if (!(event.data instanceof WebAssembly.Module)) return;
    event.stopImmediatePropagation();
    resolve(event.data);
  });
});

WebAssembly.instantiateStreaming = async (source, imports) => {
  // fetched all the same: a runtime that cannot be had must fail as on any page
  const { ok, body } = await source;
  await body?.cancel();
  if (!ok) throw new TypeError('no runtime');
  const module = await runtime;
  return { module, instance: await WebAssembly.instantiate(module, imports) };
};
