#include "services/sandbox/signing/DelegationFactory.h"

#include "core/base/Base58.h"
#include "core/base/Random.h"
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
    Result<Bytes> publicKey = shares.publicKey(chain);
    if (!publicKey) {
        return failure(publicKey.error());
    }
    Result<std::string> address = addressOf(chain, *publicKey);
    if (!address) {
        return failure(address.error());
    }
    return NewWallet{{randomUuid(), randomUuid(), chain, std::move(*address), std::move(*publicKey), time},
                     std::move(shares)};
}

Result<NewDelegation> DelegationFactory::delegate(const Wallet& wallet, const KeyShares& ownShares,
                                                  UnixMillis time) const
{
    Result<KeyShares> fresh = ownShares.reshared(wallet.chain);
    if (!fresh) {
        return failure(fresh.error());
    }
    ShareSet shareSet{randomUuid(),
                      wallet.walletId,
                      ShareSetStatus::Active,
                      std::move(fresh->server),
                      randomCredential(),
                      {},
                      m_kid,
                      time};
    const DelegatedShare share{
        wallet.chain, wallet.walletId, shareSet.shareSetId, std::move(fresh->holder), {}};
    const Result<SecretBytes> plaintext = share.toJson(wallet.publicKey);
    if (!plaintext) {
        return failure(plaintext.error());
    }
    shareSet.shareDigest = toBytes(DelegatedShare::digestOf(*plaintext, wallet.publicKey));
    const Result<HybridEnvelope> sealedShare = sealEnvelope(m_key, plaintext->view());
    SealOptions withKid;
    withKid.kid = m_kid;
    const Result<HybridEnvelope> sealedKey = sealEnvelope(m_key, shareSet.walletApiKey.view(), withKid);
    if (!sealedShare || !sealedKey) {
        return failure(sealedShare ? sealedKey.error() : sealedShare.error());
    }
    Message message = m_messages.delegationCreated(wallet, shareSet.shareSetId, toJson(*sealedShare),
                                                   toJson(*sealedKey), time);
    return NewDelegation{std::move(shareSet), std::move(message)};
}

Result<std::vector<DelegationFactory::Both>> DelegationFactory::makeMany(Chain chain, std::size_t count,
                                                                         UnixMillis time) const
{
    const auto makePart = [this, chain, time](std::size_t size) -> Result<std::vector<Both>> {
        std::vector<Both> part;
        part.reserve(size);
        while (part.size() < size) {
            Result<NewWallet> wallet = makeWallet(chain, time);
            if (!wallet) {
                return failure(wallet.error());
            }
            Result<NewDelegation> delegation = delegate(wallet->wallet, wallet->ownShares, time);
            if (!delegation) {
                return failure(delegation.error());
            }
            part.push_back({std::move(*wallet), std::move(*delegation)});
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
        Result<std::vector<Both>> part = future.get();
        if (!part) {
            return failure(part.error());
        }
        std::move(part->begin(), part->end(), std::back_inserter(all));
    }
    return all;
}

}  // namespace countersign::sandbox
