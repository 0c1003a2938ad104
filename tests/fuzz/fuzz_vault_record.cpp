#include "core/audit/AuditHead.h"
#include "core/crypto/envelopes/Sealing.h"
#include "core/vault/AssociatedData.h"
#include "core/vault/KeyWrapping.h"
#include "core/vault/PassphraseText.h"
#include "core/vault/TrustManifest.h"
#include "core/vault/keychain/SessionBusCheck.h"
#include "core/vault/profile/ProfileRecord.h"
#include "tests/fuzz/Require.h"

#include <fuzzer/FuzzedDataProvider.h>

using namespace countersign;

// Input: which fields of a genuine profile row are replaced, their values, then a sealed box.

namespace {

SecretBytes rootKey()
{
    SecretBytes key(rootKeyBytes);
    std::fill(key.span().begin(), key.span().end(), std::uint8_t{7});
    return key;
}

// Protected by the keychain alone: Argon2id would be too slow to fuzz behind.
ProfileRow genuineRow()
{
    ProfileRecord record;
    record.info.profileId = "6a1f2f3e-5a57-4a8e-9c0f-2b1d3c4e5f60";
    record.info.createdAt = 1'750'000'000'000;
    require(wrapVaultKey(record, SecretBytes(vaultKeyBytes), rootKey(), {}).has_value(), "wraps");
    ProfileRow row;
    row.profileId = record.info.profileId;
    row.createdAt = record.info.createdAt;
    row.keychain = "os";
    row.wrappedKey = record.wrappedKey;
    return row;
}

ProfileRow replaceFields(ProfileRow row, FuzzedDataProvider& input)
{
    constexpr std::size_t longest = 128;
    const auto blob = [&input] {
        const std::string bytes = input.ConsumeRandomLengthString(longest);
        return toBytes(asBytes(bytes));
    };
    const auto replaced = input.ConsumeIntegral<std::uint16_t>();
    const auto isReplaced = [replaced](unsigned field) { return ((replaced >> field) & 1U) != 0; };
    if (isReplaced(0)) {
        row.profileId = input.ConsumeRandomLengthString(longest);
    }
    if (isReplaced(1)) {
        row.createdAt = input.ConsumeIntegral<std::int64_t>();
    }
    if (isReplaced(2)) {
        row.keychain = input.ConsumeBool() ? "none" : input.ConsumeRandomLengthString(longest);
    }
    if (isReplaced(3)) {
        row.hasPassphrase = input.ConsumeIntegral<std::int8_t>();
    }
    if (isReplaced(4)) {
        row.kdfSalt = input.ConsumeBool() ? Bytes(passwordSaltBytes) : blob();
    }
    if (isReplaced(5)) {
        row.kdfOperations = input.ConsumeIntegral<std::int64_t>();
    }
    if (isReplaced(6)) {
        row.kdfMemory = input.ConsumeIntegral<std::int64_t>();
    }
    if (isReplaced(7)) {
        row.wrappedKey = blob();
    }
    if (isReplaced(8)) {
        row.demonstration = input.ConsumeIntegral<std::int8_t>();
    }
    if (isReplaced(9)) {
        row.settingsSealed = input.ConsumeIntegral<std::int8_t>();
    }
    return row;
}

bool areSame(const ProfileRow& a, const ProfileRow& b)
{
    return a.profileId == b.profileId && a.createdAt == b.createdAt && a.keychain == b.keychain &&
           a.hasPassphrase == b.hasPassphrase && a.kdfSalt == b.kdfSalt &&
           a.kdfOperations == b.kdfOperations && a.kdfMemory == b.kdfMemory && a.wrappedKey == b.wrappedKey &&
           a.demonstration == b.demonstration && a.settingsSealed == b.settingsSealed;
}

void checkRow(FuzzedDataProvider& input)
{
    static const ProfileRow genuine = genuineRow();
    const ProfileRow row = replaceFields(genuine, input);
    const auto record = ProfileRecord::fromRow(row);
    if (!record) {
        require(record.error().code == ErrorCode::Corrupt, "a refused record is Corrupt");
        require(!areSame(row, genuine), "the genuine record is accepted");
        return;
    }
    require(record->passphraseCost.has_value() || record->info.keychain == VaultProtection::Keychain::Os,
            "something protects every accepted record");
    if (record->passphraseCost.has_value()) {
        require(
            record->passphraseCost->memoryBytes <= (1ULL << 30U) && record->passphraseCost->operations <= 16,
            "an accepted cost is bounded");
        return;
    }
    const auto vaultKey = unwrapVaultKey(*record, rootKey(), {});
    require(vaultKey.has_value() == areSame(row, genuine), "only the genuine record opens");
}

void checkBox(BytesView box)
{
    static const SecretBytes key = rootKey();
    AssociatedData place("countersign cell 1");
    require(!unseal(key, box, place.bytes()).has_value(), "a box that nobody sealed does not open");
    const auto sealed = seal(key, box, place.bytes());
    require(sealed && unseal(key, *sealed, place.bytes())->equals(box), "a sealed box opens to what went in");

    const auto head = AuditHead::decode(box);
    require(!head || head->encode() == toBytes(box), "a head has one encoding");

    const auto manifest = TrustManifest::decode(asText(box));
    require(!manifest || *TrustManifest::decode(manifest->encode()) == *manifest,
            "what vouches for the settings survives its encoding");
}

void checkPassphrase(BytesView bytes)
{
    const SecretBytes raw = SecretBytes::copyOf(bytes);
    const SecretBytes once = normalisedPassphrase(raw);
    require(once.isEmpty() == raw.isEmpty(), "a passphrase never becomes an empty one");
    SecretBytes unmarked = once.clone();
    dropByteOrderMark(unmarked);
    require(unmarked.size() != once.size() || normalisedPassphrase(once).equals(once.view()),
            "a normal form is its own");
}

/// The session bus is whatever listens there.
void checkBus(BytesView bytes)
{
    const QByteArray text(asText(bytes).data(), static_cast<qsizetype>(bytes.size()));
    for (const BusAddress& address : parseBusAddresses(text)) {
        require(address.transport == BusAddress::Transport::Other || !address.name.isEmpty(),
                "an address that is connected to has a name");
    }
    const auto length = busMessageLength(text);
    require(!length || *length == 0 || *length >= 16, "a message has a header");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    FuzzedDataProvider input(data, size);
    checkRow(input);
    const auto rest = input.ConsumeRemainingBytes<std::uint8_t>();
    checkBox(rest);
    checkPassphrase(rest);
    checkBus(rest);
    return 0;
}
