#include "core/vault/keychain/RootKeyStore.h"

#include <QCoreApplication>

namespace countersign {

namespace {

struct RootKeyStoreText
{
    Q_DECLARE_TR_FUNCTIONS(RootKeyStoreText)
};

}  // namespace

QString keychainSentence(KeychainState state)
{
    switch (state) {
        case KeychainState::Available:
            return RootKeyStoreText::tr("The keychain works.");
        case KeychainState::Locked:
            return RootKeyStoreText::tr(
                "The keychain is locked. Unlock it (log in to the desktop, or open \"Passwords and Keys\" "
                "or KWallet Manager), then try again.");
        case KeychainState::Absent:
            return RootKeyStoreText::tr(
                "No keychain service is running in this session. Start gnome-keyring or KWallet, or make "
                "the profile with \"--keychain none\" and a passphrase.");
        case KeychainState::Denied:
            return RootKeyStoreText::tr(
                "The keychain refused access. Allow Countersign when the keychain asks, or check its "
                "access rules, then try again.");
        case KeychainState::TimedOut:
            return RootKeyStoreText::tr(
                "The keychain did not answer in time. Look for a question of it on the screen, or restart "
                "the keychain service, then try again.");
        case KeychainState::NoBus:
            return RootKeyStoreText::tr(
                "The session bus (D-Bus), over which the keychain is reached, does not answer. Log out and "
                "in "
                "again, or check DBUS_SESSION_BUS_ADDRESS, then try again.");
    }
    return {};
}

}  // namespace countersign
