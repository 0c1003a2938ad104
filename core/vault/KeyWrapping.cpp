#include "core/vault/KeyWrapping.h"

#include "core/crypto/envelopes/Sealing.h"
#include "core/crypto/keys/KeyDerivation.h"

#include <QCoreApplication>

namespace countersign {

namespace {

// One context per way of protecting a profile, so that the key of one is never the key of another.
constexpr std::string_view keychainOnly = "kek-os-1";
constexpr std::string_view passphraseOnly = "kek-pp-1";
constexpr std::string_view keychainAndPassphrase =
    "countersign key-encryption key 1: keychain and passphrase";

struct KeyWrappingText
{
    Q_DECLARE_TR_FUNCTIONS(KeyWrappingText)
};

Result<SecretBytes> wrappingKey(const ProfileRecord& record, const SecretBytes& rootKey,
                                const SecretBytes& passphrase)
{
    const bool os = record.info.keychain == VaultProtection::Keychain::Os;
    if (os && rootKey.size() != rootKeyBytes) {
        return failure(
            ErrorCode::Corrupt,
            KeyWrappingText::tr(
                "The keychain's entry for this profile is no key of Countersign. Restore the keychain "
                "that the profile was made with."));
    }
    if (!record.passphraseCost.has_value()) {
        return deriveSubkey(rootKey, keychainOnly);
    }
    ASSIGN_OR_RETURN(auto stretched, derivePasswordKey(passphrase, *record.passphraseCost));
    return os ? combineKeys(rootKey, stretched, keychainAndPassphrase)
              : deriveSubkey(stretched, passphraseOnly);
}

}  // namespace

Status wrapVaultKey(ProfileRecord& record, const SecretBytes& vaultKey, const SecretBytes& rootKey,
                    const SecretBytes& passphrase)
{
    ASSIGN_OR_RETURN(const auto key, wrappingKey(record, rootKey, passphrase));
    ASSIGN_OR_RETURN(auto wrapped, seal(key, vaultKey.view(), record.binding()));
    record.wrappedKey = std::move(wrapped);
    return {};
}

Result<SecretBytes> unwrapVaultKey(const ProfileRecord& record, const SecretBytes& rootKey,
                                   const SecretBytes& passphrase)
{
    ASSIGN_OR_RETURN(const auto key, wrappingKey(record, rootKey, passphrase));
    auto vaultKey = unseal(key, record.wrappedKey, record.binding());
    if (vaultKey) {
        return vaultKey;
    }
    // A changed record cannot be told from a wrong secret; the likelier reason comes first.
    return failure(
        ErrorCode::WrongPassphrase,
        record.passphraseCost.has_value()
            ? KeyWrappingText::tr("The passphrase is wrong. Try again.")
            : KeyWrappingText::tr(
                  "The key in the keychain does not open this profile. Restore the profile and the "
                  "keychain of the same time from a backup."),
        vaultKey.error().detail);
}

}  // namespace countersign
