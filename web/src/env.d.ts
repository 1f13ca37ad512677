/** What Vite adds to modules: style sheets and the mode. */
/// <reference types="vite/client" />
