#include "core/delegation/DelegationMaterial.h"

#include "core/delegation/KeyShare.h"

namespace countersign {

namespace {

void judge(DelegationMaterial& material, const WalletAddress& address, const SecretBytes& share)
{
    const KeyShareFacts facts = inspectKeyShare(share.view());
    if (facts.form == KeyShareForm::PasswordProtected) {
        material.health = WalletHealth::PasswordProtected;
        material.detail = "the wallet's owner protected the share with a password";
        return;
    }
    if (facts.form == KeyShareForm::Unknown) {
        material.health = WalletHealth::Undecryptable;
        material.detail = "the share is not in a known form";
        return;
    }
    // "pubkey" may be empty or odd (§2.3): only a key that can be read is held against the address.
    const auto derived =
        facts.publicKey ? addressOfPublicKey(address.chain, *facts.publicKey) : std::optional<Bytes>();
    if (derived && *derived != address.bytes) {
        material.health = WalletHealth::AddressMismatch;
        material.detail = "the share's public key belongs to another address";
        return;
    }
    material.health = WalletHealth::Unconfirmed;
}

}  // namespace

SealedCell shareCell(std::string_view eventId)
{
    return {.table = "delegation", .row = std::string(eventId), .column = "share"};
}

SealedCell walletApiKeyCell(std::string_view eventId)
{
    return {.table = "delegation", .row = std::string(eventId), .column = "wallet-api-key"};
}

Result<DelegationMaterial> sealMaterial(const Vault& vault, std::string_view eventId,
                                        const WalletAddress& address, const SecretBytes& share,
                                        const SecretBytes& walletApiKey, std::string kid)
{
    DelegationMaterial material;
    material.kid = std::move(kid);
    judge(material, address, share);
    ASSIGN_OR_RETURN(auto sealedShare, vault.seal(shareCell(eventId), share.view()));
    ASSIGN_OR_RETURN(auto sealedKey, vault.seal(walletApiKeyCell(eventId), walletApiKey.view()));
    material.sealed = SealedMaterial{std::move(sealedShare), std::move(sealedKey)};
    return material;
}

}  // namespace countersign
