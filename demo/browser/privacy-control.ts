type HasPrivacyControl = Navigator & { readonly globalPrivacyControl?: boolean };

/** Whether the browser itself asks for it; to be read before `setPrivacyControl`. */
export const hasPrivacyControl = (): boolean => (navigator as HasPrivacyControl).globalPrivacyControl === true;

/** Makes the browser's Global Privacy Control signal say yes, for who reads it from now on. */
export const setPrivacyControl = (): void =>
  void Object.defineProperty(navigator, 'globalPrivacyControl', { value: true, configurable: true });
