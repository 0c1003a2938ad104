#include "services/sandbox/signing/DelegationFactory.h"

#include "core/base/Random.h"
#include "core/base/encoding/Base58.h"
#include "core/crypto/envelopes/HybridEnvelope.h"
#include "core/crypto/keys/Address.h"
#include "services/sandbox/signing/DelegatedShare.h"
#include "services/sandbox/state/SandboxIdentity.h"

#include <algorithm>
#include <future>
#include <iterator>
#include <thread>

namespace countersign::sandbox {

namespace {

/// Below this a thread costs more than it gains.
constexpr std::size_t smallestPart = 16;

/// EVM in EIP-55 form, as the console prints it, so that one address is spelt one way in a demonstration.
Result<std::string> addressOf(Chain chain, BytesView publicKey)
{
    if (chain == Chain::Svm) {
        return toBase58(publicKey);
    }
    return evmAddressOf(publicKey).map([](const EvmAddress& address) { return toText(address); });
}

}  // namespace

DelegationFactory::DelegationFactory(const WebhookMessages& messages, RsaPublicKey key, std::string kid)
    : m_messages(messages), m_key(std::move(key)), m_kid(std::move(kid))
{}

Result<NewWallet> DelegationFactory::makeWallet(Chain chain, UnixMillis time)
{
    KeyShares shares = KeyShares::generate(chain);
    ASSIGN_OR_RETURN(Bytes publicKey, shares.publicKey(chain));
    ASSIGN_OR_RETURN(std::string address, addressOf(chain, publicKey));
    return NewWallet{{randomUuid(), randomUuid(), chain, std::move(address), std::move(publicKey), time},
                     std::move(shares)};
}

Result<NewDelegation> DelegationFactory::delegate(const Wallet& wallet, const KeyShares& ownShares,
                                                  UnixMillis time) const
{
    ASSIGN_OR_RETURN(KeyShares fresh, ownShares.reshared(wallet.chain));
    ShareSet shareSet{randomUuid(),
                      wallet.walletId,
                      ShareSetStatus::Active,
                      std::move(fresh.server),
                      randomCredential(),
                      {},
                      m_kid,
                      time};
    const DelegatedShare share{
        wallet.chain, wallet.walletId, shareSet.shareSetId, std::move(fresh.holder), {}};
    ASSIGN_OR_RETURN(const SecretBytes plaintext, share.toJson(wallet.publicKey));
    shareSet.shareDigest = toBytes(DelegatedShare::digestOf(plaintext, wallet.publicKey));
    ASSIGN_OR_RETURN(const HybridEnvelope sealedShare, sealEnvelope(m_key, plaintext.view()));
    SealOptions withKid;
    withKid.kid = m_kid;
    ASSIGN_OR_RETURN(const HybridEnvelope sealedKey,
                     sealEnvelope(m_key, shareSet.walletApiKey.view(), withKid));
    Message message = m_messages.delegationCreated(wallet, shareSet.shareSetId, toJson(sealedShare),
                                                   toJson(sealedKey), time);
    return NewDelegation{std::move(shareSet), std::move(message)};
}

Result<std::vector<DelegationFactory::Both>> DelegationFactory::makeMany(
    Chain chain, std::size_t count, UnixMillis time, const std::optional<std::string>& userId) const
{
    const auto makePart = [this, chain, time, &userId](std::size_t size) -> Result<std::vector<Both>> {
        std::vector<Both> part;
        part.reserve(size);
        while (part.size() < size) {
            ASSIGN_OR_RETURN(NewWallet wallet, makeWallet(chain, time));
            wallet.wallet.userId = userId.value_or(wallet.wallet.userId);
            ASSIGN_OR_RETURN(NewDelegation delegation, delegate(wallet.wallet, wallet.ownShares, time));
            part.push_back({std::move(wallet), std::move(delegation)});
        }
        return part;
    };
    const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
    const std::size_t parts = std::clamp<std::size_t>(count / smallestPart, 1, cores);
    std::vector<std::future<Result<std::vector<Both>>>> running;
    for (std::size_t part = 0; part < parts; ++part) {
        const std::size_t size = count / parts + (part < count % parts ? 1 : 0);
        running.push_back(
            std::async(parts == 1 ? std::launch::deferred : std::launch::async, makePart, size));
    }
    std::vector<Both> all;
    all.reserve(count);
    for (auto& future : running) {
        ASSIGN_OR_RETURN(std::vector<Both> part, future.get());
        std::move(part.begin(), part.end(), std::back_inserter(all));
    }
    return all;
}

}  // namespace countersign::sandbox
