/** Where the page begins: theme, language, session, screens. */
import { MantineProvider } from '@mantine/core';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '@mantine/core/styles.layer.css';
import { App } from './app/App.tsx';
import { cssVariables, theme } from './ui/theme.ts';
import './ui/theme.css';
import './ui/parts.css';

const root = document.getElementById('root');
if (root === null) {
  throw new Error('the page has a place for the app');
}
createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <App />
    </MantineProvider>
  </StrictMode>,
);
