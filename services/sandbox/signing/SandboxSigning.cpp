// What Sandbox does for signing: see Sandbox.cpp for the rest.

#include "services/sandbox/Sandbox.h"
#include "services/sandbox/state/StateDatabase.h"

#include <QCoreApplication>

namespace countersign::sandbox {

namespace {

struct SandboxSigningText
{
    Q_DECLARE_TR_FUNCTIONS(SandboxSigningText)
};

tl::unexpected<Error> shareIsDead()
{
    return failure(
        ErrorCode::Denied,
        SandboxSigningText::tr("The share was revoked or reshared away and cannot sign any more."));
}

tl::unexpected<Error> shareWasChanged()
{
    return failure(ErrorCode::Denied,
                   SandboxSigningText::tr("The key share is not the one that was given out."));
}

/// The parties of a real ceremony would not come to a signature. A set of an older sandbox has no digest.
bool isAsGivenOut(const DelegatedShare& share, const ShareSet& active)
{
    return active.shareDigest.empty() || equalConstantTime(BytesView(share.digest), active.shareDigest);
}

}  // namespace

Result<std::optional<Sandbox::SigningWallet>> Sandbox::signingWallet(const std::string& walletId)
{
    const std::scoped_lock lock(m_mutex);
    return signingWalletLocked(walletId);
}

Result<std::optional<Sandbox::SigningWallet>> Sandbox::signingWalletLocked(const std::string& walletId)
{
    ASSIGN_OR_RETURN(std::optional<Wallet> wallet, m_wallets.wallet(walletId));
    ASSIGN_OR_RETURN(std::optional<ShareSet> active, m_wallets.activeShareSet(walletId));
    if (!wallet.has_value()) {
        return std::optional<SigningWallet>();
    }
    ASSIGN_OR_RETURN(WalletSettings settings, m_wallets.settings(walletId));
    return std::optional(SigningWallet{std::move(*wallet), std::move(active), std::move(settings)});
}

Result<JointSignature> Sandbox::issueSignature(const SigningRoom& room, const DelegatedShare& share)
{
    std::optional<JointSignature> issued;
    const auto work = [&]() -> Status {
        ASSIGN_OR_RETURN(const std::optional<Wallet> wallet, m_wallets.wallet(room.walletId));
        ASSIGN_OR_RETURN(const std::optional<ShareSet> active, m_wallets.activeShareSet(room.walletId));
        if (!wallet.has_value() || !active.has_value() || share.walletId != room.walletId ||
            active->shareSetId != room.shareSetId || active->shareSetId != share.shareSetId ||
            share.chain != wallet->chain) {
            return shareIsDead();
        }
        if (!isAsGivenOut(share, *active)) {
            return shareWasChanged();
        }
        ASSIGN_OR_RETURN(JointSignature signature,
                         JointSignature::make(share.chain, active->serverShare, share.scalar, room.toSign,
                                              wallet->publicKey));
        issued = std::move(signature);
        return m_signatures.add(
            {room.walletId, room.digest, room.roomId, m_clock.now(), std::string(issued->algorithm())});
    };
    const std::scoped_lock lock(m_mutex);
    RETURN_IF_ERROR(m_database->transaction(work));
    return std::move(*issued);
}

Json Sandbox::ceremonyJson(const SigningRoom& room)
{
    const std::scoped_lock lock(m_mutex);
    const Result<std::optional<Wallet>> wallet = m_wallets.wallet(room.walletId);
    return Json{{"accountAddress", wallet && *wallet ? (*wallet)->address : std::string()},
                {"walletId", room.walletId},
                {"shareSetId", room.shareSetId},
                {"shareSetType", "delegated"}};
}

Result<std::vector<SignatureRecord>> Sandbox::signatures()
{
    const std::scoped_lock lock(m_mutex);
    return m_signatures.all();
}

Result<SigningPolicy> Sandbox::policy()
{
    const std::scoped_lock lock(m_mutex);
    ASSIGN_OR_RETURN(const std::optional<SecretBytes> kept, m_settings.setting("policy"));
    return kept.has_value() ? SigningPolicy::parse(kept->text()) : SigningPolicy();
}

Status Sandbox::setPolicy(const SigningPolicy& policy)
{
    const std::scoped_lock lock(m_mutex);
    return m_database->transaction(
        [&] { return m_settings.setSetting("policy", asBytes(dumpJson(policy.toJson()))); });
}

Status Sandbox::reportViolation(const Wallet& wallet, const PolicyRefusal& refusal)
{
    std::vector<MessageStore::Due> due;
    {
        const std::scoped_lock lock(m_mutex);
        const Message message = m_messages->policyViolation(wallet, refusal.reasonCode, refusal.errorMessage,
                                                            refusal.details, nextEventTime());
        RETURN_IF_ERROR(m_database->transaction([&] { return post(message, due); }));
    }
    announce(std::move(due));
    return {};
}

Result<EnclaveRoot> Sandbox::enclaveRoot()
{
    const std::scoped_lock lock(m_mutex);
    Result<std::optional<SecretBytes>> key = m_settings.setting("enclave_root_key");
    if (!key || !key->has_value()) {
        return failure(
            key ? Error{ErrorCode::Corrupt, SandboxSigningText::tr("The enclave's root key is missing."), {}}
                : key.error());
    }
    return EnclaveRoot{std::move(**key), m_identity.enclaveRootPem};
}

}  // namespace countersign::sandbox
