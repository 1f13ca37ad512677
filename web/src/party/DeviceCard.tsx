/** “This device signs”: enrolling makes a key here that cannot leave, and registers its public half. */
import { useApolloClient } from '@apollo/client/react';
import { Button, TextInput } from '@mantine/core';
import { IconDeviceMobileCheck, IconKey } from '@tabler/icons-react';
import { useState } from 'react';
import { base64url } from '../../../chain/src/crypto/digest.ts';
import { type DeviceKey, dropDeviceKey, keepDeviceKey, makeKey } from '../lib/act/device-key.ts';
import { useDeviceKey } from '../lib/act/use-act.ts';
import type { RefusalPartsFragment } from '../lib/graphql/graphql.ts';
import { useTexts } from '../lib/texts.ts';
import { useViewer } from '../lib/viewer.ts';
import { ErrorWords } from '../ui/ErrorView.tsx';
import { Notice } from '../ui/Notice.tsx';
import { Card } from '../ui/Screen.tsx';
import { RefusalNotice } from '../ui/SignatureScreen.tsx';
import { RegisterKeyDocument } from './queries.ts';
import { partyTexts } from './texts.ts';
import './DeviceCard.css';

type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'working' }
  | { readonly kind: 'enrolled' }
  | { readonly kind: 'unsupported' }
  | { readonly kind: 'refused'; readonly refusal: RefusalPartsFragment }
  | { readonly kind: 'failed'; readonly error: unknown };

export function DeviceCard() {
  const say = useTexts(partyTexts);
  const viewer = useViewer();
  const device = useDeviceKey(viewer.person.id);
  const [state, setState] = useState<State>({ kind: 'idle' });
  const [label, setLabel] = useState(() => say('deviceName', deviceNames(navigator.userAgent)));
  const enrol = useEnrol(setState);
  const Icon = device === undefined ? IconKey : IconDeviceMobileCheck;

  return (
    <Card>
      <div className="device" data-device={device === undefined ? 'none' : 'enrolled'}>
        <Icon size={36} stroke={1.4} aria-hidden="true" className="device-icon" />
        <div className="stack device-words">
          <h2>{say(device === undefined ? 'deviceOff' : 'deviceOn')}</h2>
          <p className="prose">{say(device === undefined ? 'deviceOffText' : 'deviceOnText')}</p>
          {state.kind === 'refused' && <RefusalNotice refusal={state.refusal} />}
          {state.kind === 'failed' && <ErrorWords error={state.error} />}
          {state.kind === 'unsupported' && <Notice tone="warn" title={say('unsupported')} />}
          {state.kind === 'enrolled' && <Notice tone="good" title={say('enrolPending')} />}
          {device === undefined ? (
            <div className="device-form">
              <TextInput
                label={say('enrolLabel')}
                value={label}
                onChange={(event) => setLabel(event.currentTarget.value)}
                maxLength={80}
              />
              <Button loading={state.kind === 'working'} onClick={() => void enrol(label)}>
                {say('enrol')}
              </Button>
            </div>
          ) : (
            <Enrolled device={device} onDropped={() => setState({ kind: 'idle' })} />
          )}
        </div>
      </div>
    </Card>
  );
}

function Enrolled({
  device,
  onDropped,
}: {
  readonly device: DeviceKey;
  readonly onDropped: () => void;
}) {
  const say = useTexts(partyTexts);
  return (
    <>
      <p className="small dim">
        {device.label} · <span className="mono">{device.keyId}</span>
      </p>
      <p className="small dim">{say('otherTab')}</p>
      <details>
        <summary className="small">{say('drop')}</summary>
        <div className="stack device-drop">
          <p className="small">{say('dropText')}</p>
          <div>
            <Button
              size="xs"
              variant="default"
              onClick={() => void dropDeviceKey(device.personId).then(onDropped)}
            >
              {say('drop')}
            </Button>
          </div>
        </div>
      </details>
    </>
  );
}

/** Makes the key, registers its public half with the key that signs so far, and keeps it here. */
function useEnrol(setState: (state: State) => void): (label: string) => Promise<void> {
  const client = useApolloClient();
  const { person, party } = useViewer();
  return async (label) => {
    setState({ kind: 'working' });
    const made = await makeKey().catch(() => undefined);
    if (made === undefined) {
      setState({ kind: 'unsupported' });
      return;
    }
    try {
      const { data } = await client.mutate({
        mutation: RegisterKeyDocument,
        variables: {
          input: {
            owner: party.id,
            ownerName: party.name,
            holder: person.id,
            holderName: person.name,
            publicKey: base64url(made.publicKey),
            custody: 'device',
            label,
            idempotencyKey: crypto.randomUUID(),
            wait: true,
          },
        },
      });
      const result = data?.result;
      if (result === undefined) {
        throw new Error('the server answered nothing');
      }
      if (result.__typename === 'Refusal') {
        setState({ kind: 'refused', refusal: result });
        return;
      }
      await keepDeviceKey({ ...made, personId: person.id, keyId: result.key.keyId, label });
      void client.refetchQueries({ include: 'active' });
      setState({ kind: 'enrolled' });
    } catch (error) {
      setState({ kind: 'failed', error });
    }
  };
}

/** What to call this device, from what the browser says of itself. */
function deviceNames(agent: string): { readonly browser: string; readonly system: string } {
  const first = (names: readonly (readonly [string, RegExp])[]) =>
    names.find(([, pattern]) => pattern.test(agent))?.[0];
  return {
    browser:
      first([
        ['Edge', /Edg\//],
        ['Firefox', /Firefox\//],
        ['Chrome', /Chrome\//],
        ['Safari', /Safari\//],
      ]) ?? 'Browser',
    system:
      first([
        ['iPhone', /iPhone/],
        ['iPad', /iPad/],
        ['Android', /Android/],
        ['Windows', /Windows/],
        ['Mac', /Mac OS/],
        ['Linux', /Linux/],
      ]) ?? '…',
  };
}
