// Light or dark theme: the device's setting, until the user chooses.
const dark = matchMedia('(prefers-color-scheme: dark)');

function apply() {
  document.documentElement.dataset.theme = localStorage.getItem('theme') ?? (dark.matches ? 'dark' : 'light');
}

export function changeTheme() {
  localStorage.setItem('theme', document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark');
  apply();
}

dark.addEventListener('change', apply);
apply();
