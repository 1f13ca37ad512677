/**
 * The look: ink blue on paper by day, its lighter sister on slate by night. Both are designed; the
 * colours of the surfaces are in `theme.css`, those of Mantine's parts are bound to them here.
 */
import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

const ink: MantineColorsTuple = [
  '#eef3fc',
  '#dde7f8',
  '#bfd1f3',
  '#9db8ee',
  '#8fb0f0',
  '#5f86d3',
  '#3f66b4',
  '#2b5199',
  '#1d3a6d',
  '#142a52',
];

/** Greys of the night, from text to the deepest ground; Mantine reads its dark surfaces from here. */
const dark: MantineColorsTuple = [
  '#e8ecf2',
  '#c6cedb',
  '#a5b0c0',
  '#8794a8',
  '#3a4656',
  '#2c3644',
  '#1f2833',
  '#171e28',
  '#0f141b',
  '#0a0e13',
];

/** Red is for what is overdue, refused or ends something. */
const red: MantineColorsTuple = [
  '#fcebe9',
  '#f9d5d1',
  '#f6bab4',
  '#f5a79f',
  '#f59b92',
  '#dd5f54',
  '#c63d32',
  '#b52d23',
  '#a4231a',
  '#7d1a13',
];

export const theme = createTheme({
  primaryColor: 'ink',
  primaryShade: { light: 8, dark: 4 },
  autoContrast: true,
  luminanceThreshold: 0.36,
  colors: { ink, dark, red },
  fontFamily:
    '-apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif',
  fontFamilyMonospace:
    'ui-monospace, "SF Mono", "Cascadia Mono", "Roboto Mono", "DejaVu Sans Mono", "Noto Sans CJK SC", monospace',
  fontSizes: { xs: '12px', sm: '14px', md: '16px', lg: '18px', xl: '22px' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '26px', lineHeight: '34px' },
      h2: { fontSize: '19px', lineHeight: '28px' },
      h3: { fontSize: '16px', lineHeight: '24px' },
    },
  },
  spacing: { xs: '8px', sm: '12px', md: '16px', lg: '24px', xl: '32px' },
  radius: { xs: '3px', sm: '6px', md: '8px', lg: '12px', xl: '20px' },
  defaultRadius: 'sm',
  respectReducedMotion: true,
  cursorType: 'pointer',
  focusRing: 'auto',
  components: {
    Button: { defaultProps: { size: 'md', variant: 'filled' } },
    Tooltip: {
      defaultProps: {
        withArrow: true,
        openDelay: 200,
        events: { hover: true, focus: true, touch: true },
      },
    },
  },
});

const bound = {
  '--mantine-color-body': 'var(--ground)',
  '--mantine-color-text': 'var(--text)',
  '--mantine-color-dimmed': 'var(--text-dim)',
  '--mantine-color-error': 'var(--bad)',
  '--mantine-color-placeholder': 'var(--text-faint)',
  '--mantine-color-anchor': 'var(--accent-text)',
  '--mantine-color-default': 'var(--surface)',
  '--mantine-color-default-border': 'var(--line-strong)',
  '--mantine-color-default-hover': 'var(--surface-hover)',
};

/** Binds Mantine's own surfaces to ours, in both themes alike: `theme.css` holds the colours. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: bound,
  dark: bound,
});
