"use strict";

// The window around us, as MCP Apps 2026-01-26 has it: JSON-RPC 2.0 by postMessage. Nothing here knows what is shown.
const host = (() => {
  const PROTOCOL = "2026-01-26";
  const PATIENCE = 10000; // milliseconds; a host that says nothing for this long is none
  const waiting = new Map();
  const listeners = new Map();
  let lastId = 0;
  let capabilities = {};

  function post(message) {
    window.parent.postMessage({ jsonrpc: "2.0", ...message }, "*"); // a page cannot know its host's origin
  }

  function request(method, params) {
    const id = ++lastId;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => settle(id, { error: { message: "The host did not answer." } }), PATIENCE);
      waiting.set(id, { resolve, reject, timer });
      post({ id, method, params });
    });
  }

  function settle(id, { result, error }) {
    const one = waiting.get(id);
    if (!one) return;
    waiting.delete(id);
    clearTimeout(one.timer);
    if (error) one.reject(new Error(String(error.message || "The host refused.")));
    else one.resolve(result || {});
  }

  function hear(event) {
    const message = event.data;
    if (event.source !== window.parent || !message || message.jsonrpc !== "2.0") return;
    if (message.method === undefined) settle(message.id, message);
    else if (message.id === undefined) (listeners.get(message.method) || (() => {}))(message.params || {});
    else if (message.method === "ping" || message.method === "ui/resource-teardown") post({ id: message.id, result: {} });
    else post({ id: message.id, error: { code: -32601, message: "Method not found" } });
  }

  // Fields come one by one when they change, so only what is there is taken over.
  function dress(context) {
    const root = document.documentElement;
    if (context.theme === "light" || context.theme === "dark") root.style.colorScheme = context.theme;
    for (const [name, value] of Object.entries(context.styles?.variables || {})) {
      if (name.startsWith("--") && typeof value === "string") root.style.setProperty(name, value);
    }
    for (const [side, pixels] of Object.entries(context.safeAreaInsets || {})) {
      if (["top", "right", "bottom", "left"].includes(side)) document.body.style.setProperty(`padding-${side}`, `${pixels}px`);
    }
  }

  function tellSize() {
    let told = "";
    new ResizeObserver(() => {
      const size = { width: document.documentElement.clientWidth, height: Math.ceil(document.body.getBoundingClientRect().height) };
      if (told === (told = JSON.stringify(size))) return;
      post({ method: "ui/notifications/size-changed", params: size });
    }).observe(document.body);
  }

  async function connect() {
    window.addEventListener("message", hear);
    listeners.set("ui/notifications/host-context-changed", dress);
    const result = await request("ui/initialize", {
      protocolVersion: PROTOCOL,
      appInfo: { name: "moe-memorygraph", version: "1" },
      appCapabilities: { availableDisplayModes: ["inline", "fullscreen", "pip"] },
    });
    capabilities = result.hostCapabilities || {};
    dress(result.hostContext || {});
    post({ method: "ui/notifications/initialized", params: {} });
    tellSize();
  }

  return {
    connect,
    on: (method, listener) => listeners.set(method, listener),
    canRead: () => capabilities.serverResources !== undefined,
    read: (uri) => request("resources/read", { uri }),
  };
})();
