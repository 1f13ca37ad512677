/**
 * How the web app is built: static files in `dist/`, split per slice, no request to anywhere else.
 * In development the server beside it answers GraphQL, files and captures.
 */
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const server = process.env.TALLYSTICK_SERVER ?? 'http://127.0.0.1:4000';

export default defineConfig({
  plugins: [react()],
  build: {
    target: 'es2022',
    sourcemap: false,
    // The page's rules allow images and fonts from files only, never from data in the style sheet.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
  },
  server: {
    proxy: {
      '/graphql': { target: server, ws: true },
      '/documents': { target: server },
      '/epcis': { target: server },
    },
  },
});
