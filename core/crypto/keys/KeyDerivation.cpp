#include "core/crypto/keys/KeyDerivation.h"

#include <QCoreApplication>

#include <sodium.h>

namespace countersign {

namespace {

struct KeyDerivationText
{
    Q_DECLARE_TR_FUNCTIONS(KeyDerivationText)
};

}  // namespace

static_assert(derivationKeyBytes == crypto_kdf_blake2b_KEYBYTES);

namespace {

tl::unexpected<Error> derivationRefused(const char* detail)
{
    return failure(ErrorCode::InvalidInput, KeyDerivationText::tr("A key cannot be derived from this."),
                   QLatin1String(detail));
}

struct HashState
{
    crypto_generichash_state state{};
    HashState() = default;
    HashState(const HashState&) = delete;
    HashState& operator=(const HashState&) = delete;
    ~HashState() { wipeMemory(&state, sizeof state); }  // it holds the key's first block
};

}  // namespace

Result<SecretBytes> deriveSubkey(const SecretBytes& master, std::string_view context, std::uint64_t id)
{
    initialiseSodium();
    if (master.size() != derivationKeyBytes) {
        return derivationRefused("the master key has not 32 bytes");
    }
    if (context.size() != crypto_kdf_blake2b_CONTEXTBYTES) {
        return derivationRefused("the context has not 8 characters");
    }
    SecretBytes key(derivationKeyBytes);
    crypto_kdf_blake2b_derive_from_key(key.data(), key.size(), id, context.data(), master.data());
    return key;
}

Result<SecretBytes> combineKeys(const SecretBytes& first, const SecretBytes& second, std::string_view context)
{
    initialiseSodium();
    if (first.size() != derivationKeyBytes || second.size() != derivationKeyBytes) {
        return derivationRefused("a half has not 32 bytes");
    }
    SecretBytes key(derivationKeyBytes);
    HashState hash;
    crypto_generichash_init(&hash.state, first.data(), first.size(), key.size());
    crypto_generichash_update(&hash.state, second.data(), second.size());
    crypto_generichash_update(&hash.state, asBytes(context).data(), context.size());
    crypto_generichash_final(&hash.state, key.data(), key.size());
    return key;
}

}  // namespace countersign
