import { within } from "./deadline.js";

const LOAD_TIMEOUT_MS = 15_000;

/** Loads Clerk's script and what it knows of this browser's user; may be tried again. Gives back Clerk's object. */
export async function loadClerk({ publishableKey, scriptUrl }) {
  if (!window.Clerk) {
    await load(scriptUrl, publishableKey);
  }
  // Its figures would go to a host that the page's policy does not let it reach.
  await within(LOAD_TIMEOUT_MS, window.Clerk.load({ telemetry: false }));
  return window.Clerk;
}

async function load(url, publishableKey) {
  const script = document.createElement("script");
  const loaded = new Promise((resolve, reject) => {
    script.addEventListener("load", resolve);
    script.addEventListener("error", () => reject(new Error(`${url} cannot be loaded.`)));
  });
  script.setAttribute("data-clerk-publishable-key", publishableKey);
  script.crossOrigin = "anonymous";
  script.async = true;
  script.src = url;
  document.head.append(script);
  try {
    await within(LOAD_TIMEOUT_MS, loaded);
  } catch (failure) {
    script.remove();
    throw failure;
  }
}
