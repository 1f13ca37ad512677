/**
 * How the web app is built: static files in `dist/`, split per slice, no request to anywhere else;
 * then the verifier once more as `dist/verify.html`, a single file that works from any disk.
 * In development the server beside it answers GraphQL, files and captures.
 */
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { build, defineConfig, type Plugin } from 'vite';

const root = fileURLToPath(new URL('.', import.meta.url));
const server = process.env.TALLYSTICK_SERVER ?? 'http://127.0.0.1:4000';

export default defineConfig({
  plugins: [react(), verifierBeside()],
  build: {
    target: 'es2022',
    // The page's rules allow images and fonts from files only, never from data in the style sheet.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
  },
  server: {
    proxy: {
      '/graphql': { target: server, ws: true },
      '/documents': { target: server },
      '/log': { target: server },
      '/demo': { target: server },
    },
  },
});

/** Builds the single file after the app. */
function verifierBeside(): Plugin {
  return {
    name: 'verifier-beside',
    apply: 'build',
    async closeBundle() {
      await build({
        configFile: false,
        root,
        publicDir: false,
        logLevel: 'warn',
        plugins: [react(), inOneFile()],
        build: {
          target: 'es2022',
          emptyOutDir: false,
          cssCodeSplit: false,
          modulePreload: false,
          chunkSizeWarningLimit: 2000,
          rolldownOptions: {
            input: fileURLToPath(new URL('verify.html', import.meta.url)),
            output: { codeSplitting: false },
          },
        },
      });
    },
  };
}

/** Puts the script and the style of a page into the page. */
function inOneFile(): Plugin {
  return {
    name: 'in-one-file',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const files = Object.values(bundle);
      const script = files.find((file) => file.type === 'chunk');
      const style = files.find((file) => file.fileName.endsWith('.css'));
      const page = files.find((file) => file.fileName.endsWith('.html'));
      if (script?.type !== 'chunk' || style?.type !== 'asset' || page?.type !== 'asset') {
        throw new Error('the verifier is one page, one script and one style sheet');
      }
      const code = script.code.replaceAll('</script', '<\\/script');
      const css = String(style.source);
      page.source = String(page.source)
        .replace(/<link rel="stylesheet"[^>]*>/, () => `<style>${css}</style>`)
        .replace(/<script type="module"[^>]*><\/script>/, '')
        .replace('</body>', () => `<script type="module">${code}</script></body>`);
      delete bundle[script.fileName];
      delete bundle[style.fileName];
    },
  };
}
