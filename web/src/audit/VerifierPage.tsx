/** The verifier as one file that a person takes along: no server, no network, no belief in us. */
import { MantineProvider } from '@mantine/core';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '@mantine/core/styles.layer.css';
import { cssVariables, theme } from '../ui/theme.ts';
import '../ui/theme.css';
import '../ui/parts.css';
import { Verifier } from './Verifier.tsx';
import './VerifierPage.css';

const root = document.getElementById('root');
if (root === null) {
  throw new Error('the page has a place for the verifier');
}
createRoot(root).render(<VerifierPage />);

function VerifierPage() {
  return (
    <StrictMode>
      <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
        <main className="taken">
          <Verifier />
        </main>
      </MantineProvider>
    </StrictMode>
  );
}
