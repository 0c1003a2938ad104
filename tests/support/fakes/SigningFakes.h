#pragma once

#include "core/base/ThreadCall.h"
#include "core/crypto/keys/Address.h"
#include "core/crypto/primitives/Ed25519.h"
#include "core/crypto/primitives/Secp256k1.h"
#include "core/signing/SigningServices.h"

#include <QObject>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

// Fakes of the services that a desk works with: Dynamic, an engine, nodes and the relay. What a desk does
// depends on what they answer, in which order, and whether they answer at all. Each is a thin object over a
// script that the test keeps; the keys behind signatures are real.

namespace countersign::testing {

/// Answers through the event loop, as PendingCall promises; nothing when it was dropped before.
template <typename T>
class LaterCall final : public PendingCall
{
public:
    LaterCall(Result<T> value, Callback<T> answered)
    {
        QMetaObject::invokeMethod(
            &m_context, [value = std::move(value), answered = std::move(answered)] { answered(value); },
            Qt::QueuedConnection);
    }

private:
    QObject m_context;
};

/// A call that nobody answers; counts how many of them are held.
class SilentCall final : public PendingCall
{
public:
    explicit SilentCall(int& held) : m_held(held) { ++m_held; }
    ~SilentCall() override { --m_held; }

private:
    int& m_held;
};

/// What one question is answered with: first the queued answers, then always the same one.
template <typename T>
struct Script
{
    Result<T> always = failure(ErrorCode::Internal, QStringLiteral("the test has no answer"));
    std::deque<Result<T>> next;
    bool isSilent = false;
    int asked = 0;
    int held = 0;  ///< silent calls that are still wanted
    std::function<void()> whenAsked;

    PendingCallPtr answer(Callback<T> answered)
    {
        ++asked;
        if (whenAsked) {
            whenAsked();
        }
        if (isSilent) {
            return std::make_unique<SilentCall>(held);
        }
        Result<T> value = always;
        if (!next.empty()) {
            value = std::move(next.front());
            next.pop_front();
        }
        return std::make_unique<LaterCall<T>>(std::move(value), std::move(answered));
    }
};

struct EvmScript
{
    Script<Uint256> chainId;
    Script<std::uint64_t> pendingCount;
    Script<std::uint64_t> latestCount;
    Script<EvmFees> fees;
    Script<std::uint64_t> gas;
    Script<std::string> send;
    Script<std::optional<EvmReceipt>> receipt;
    Script<bool> known;
    Script<std::uint64_t> head;
    std::vector<Bytes> sent;
    std::vector<EvmCall> estimated;
    std::vector<std::string> asked;  ///< the questions of TransactionFiller in their order
};

class FakeEvmRpc final : public EvmRpc
{
public:
    explicit FakeEvmRpc(EvmScript& script) : m_script(script) {}

    PendingCallPtr chainId(Callback<Uint256> answered) override
    {
        m_script.asked.push_back("chainId");
        return m_script.chainId.answer(std::move(answered));
    }
    PendingCallPtr transactionCount(const std::string&, CountAt at, Callback<std::uint64_t> answered) override
    {
        m_script.asked.push_back(at == CountAt::Pending ? "pendingCount" : "latestCount");
        return (at == CountAt::Pending ? m_script.pendingCount : m_script.latestCount)
            .answer(std::move(answered));
    }
    PendingCallPtr fees(EvmFeeKind, Callback<EvmFees> answered) override
    {
        m_script.asked.push_back("fees");
        return m_script.fees.answer(std::move(answered));
    }
    PendingCallPtr estimateGas(const EvmCall& call, Callback<std::uint64_t> answered) override
    {
        m_script.asked.push_back("gas");
        m_script.estimated.push_back(call);
        return m_script.gas.answer(std::move(answered));
    }
    PendingCallPtr sendRawTransaction(const Bytes& transaction, Callback<std::string> answered) override
    {
        m_script.sent.push_back(transaction);
        return m_script.send.answer(std::move(answered));
    }
    PendingCallPtr receipt(const std::string&, Callback<std::optional<EvmReceipt>> answered) override
    {
        return m_script.receipt.answer(std::move(answered));
    }
    PendingCallPtr isKnown(const std::string&, Callback<bool> answered) override
    {
        return m_script.known.answer(std::move(answered));
    }
    PendingCallPtr blockNumber(Callback<std::uint64_t> answered) override
    {
        return m_script.head.answer(std::move(answered));
    }

private:
    EvmScript& m_script;
};

struct SolanaScript
{
    Script<SolanaBlockhash> blockhash;
    Script<bool> blockhashValid;
    Script<std::string> send;
    Script<std::optional<SolanaStatus>> status;
    Script<std::optional<SolanaAccount>> account;  ///< of an address that is not among accounts
    std::map<std::string, SolanaAccount> accounts;
    Script<std::uint64_t> rent;
    std::vector<std::size_t> rentAsked;
    std::vector<Bytes> sent;
};

class FakeSolanaRpc final : public SolanaRpc
{
public:
    explicit FakeSolanaRpc(SolanaScript& script) : m_script(script) {}

    PendingCallPtr latestBlockhash(Callback<SolanaBlockhash> answered) override
    {
        return m_script.blockhash.answer(std::move(answered));
    }
    PendingCallPtr isBlockhashValid(const std::string&, Callback<bool> answered) override
    {
        return m_script.blockhashValid.answer(std::move(answered));
    }
    PendingCallPtr sendTransaction(const Bytes& transaction, Callback<std::string> answered) override
    {
        m_script.sent.push_back(transaction);
        return m_script.send.answer(std::move(answered));
    }
    PendingCallPtr signatureStatus(const std::string&,
                                   Callback<std::optional<SolanaStatus>> answered) override
    {
        return m_script.status.answer(std::move(answered));
    }
    PendingCallPtr account(const std::string& address,
                           Callback<std::optional<SolanaAccount>> answered) override
    {
        const auto known = m_script.accounts.find(address);
        if (known == m_script.accounts.end()) {
            return m_script.account.answer(std::move(answered));
        }
        return std::make_unique<LaterCall<std::optional<SolanaAccount>>>(std::optional(known->second),
                                                                         std::move(answered));
    }
    PendingCallPtr rentExemption(std::size_t bytes, Callback<std::uint64_t> answered) override
    {
        m_script.rentAsked.push_back(bytes);
        return m_script.rent.answer(std::move(answered));
    }

private:
    SolanaScript& m_script;
};

struct RelayScript
{
    Script<JobClaim> claim;
    Script<void> post;
    std::vector<std::string> claimed;
    std::vector<std::pair<std::string, std::string>> posted;  ///< job id, envelope
    Script<void> statement;
    std::vector<std::pair<std::string, std::string>> stated;  ///< job id (empty: about none), envelope
};

class FakeJobRelay final : public JobRelay
{
public:
    explicit FakeJobRelay(RelayScript& script) : m_script(script) {}

    Feed feed() const override { return {"u", "i"}; }  // as SigningScene's source
    PendingCallPtr claim(const std::string& jobId, const std::string&, Callback<JobClaim> answered) override
    {
        m_script.claimed.push_back(jobId);
        return m_script.claim.answer(std::move(answered));
    }
    PendingCallPtr postEvent(const std::string& jobId, EnvelopeSource envelope,
                             Callback<void> answered) override
    {
        m_script.posted.emplace_back(jobId, envelope().value());
        return m_script.post.answer(std::move(answered));
    }
    PendingCallPtr postApproval(const std::string& jobId, std::string envelope,
                                Callback<void> answered) override
    {
        m_script.stated.emplace_back(jobId, std::move(envelope));
        return m_script.statement.answer(std::move(answered));
    }
    PendingCallPtr postStatement(std::string envelope, Callback<void> answered) override
    {
        return postApproval({}, std::move(envelope), std::move(answered));
    }

private:
    RelayScript& m_script;
};

struct ApiScript
{
    Script<WaasWallet> wallet;
    Result<std::string> room = std::string("0123456789abcdef0123456789abcdef");
    bool roomIsSilent = false;
    int held = 0;
    struct Room
    {
        std::string walletId;
        std::string walletApiKey;
        std::string message;
        bool isFormatted = false;
        Json context;
        std::optional<std::string> shareSetId;
    };
    std::vector<Room> rooms;
    std::function<void()> whenAsked;
    SigningRoomEvents events;  ///< of the last room: for errors that come later
};

class FakeDynamicApi final : public DynamicApi
{
public:
    explicit FakeDynamicApi(ApiScript& script) : m_script(script) {}

    PendingCallPtr lookUpWallet(const std::string&, Callback<WaasWallet> answered) override
    {
        return m_script.wallet.answer(std::move(answered));
    }
    PendingCallPtr verifyApiToken(Callback<bool> answered) override
    {
        return std::make_unique<LaterCall<bool>>(true, std::move(answered));
    }
    PendingCallPtr openSigningRoom(SigningRoomRequest request, SigningRoomEvents events) override
    {
        m_script.rooms.push_back({request.walletId, std::string(request.walletApiKey.text()), request.message,
                                  request.isFormatted, request.context, request.shareSetId});
        m_script.events = events;
        if (m_script.whenAsked) {
            m_script.whenAsked();
        }
        if (m_script.roomIsSilent) {
            return std::make_unique<SilentCall>(m_script.held);
        }
        return std::make_unique<LaterCall<std::string>>(
            m_script.room, [events = std::move(events)](const Result<std::string>& room) {
                room ? events.opened(*room) : events.failed(room.error());
            });
    }

private:
    ApiScript& m_script;
};

struct EngineScript
{
    std::function<Result<Bytes>(const CeremonyRequest&)> sign;
    bool isSilent = false;
    std::function<void()> whenAsked;
    struct Ceremony
    {
        std::string roomId;
        std::string relayDomain;
        SigningScheme scheme = SigningScheme::Ecdsa;
        std::string share;
        Bytes addressBytes;
        Bytes input;
        std::vector<std::uint32_t> path;
    };
    std::vector<Ceremony> ceremonies;
    std::vector<EngineKind> made;
    int cancelled = 0;
    std::function<void(Result<Bytes>)> answer;  ///< of a silent engine, later
};

class FakeEngine final : public SigningEngine
{
public:
    FakeEngine(EngineKind kind, EngineScript& script) : m_kind(kind), m_script(script) {}

    EngineKind kind() const override { return m_kind; }

    void sign(CeremonyRequest request) override
    {
        m_script.ceremonies.push_back({request.roomId, request.relayDomain, request.scheme,
                                       std::string(request.share.text()), request.addressBytes, request.input,
                                       request.derivationPath});
        m_script.answer = [this](Result<Bytes> result) { later(std::move(result)); };
        // Behind what a test on another thread may use from then on.
        passThreadLock();
        if (m_script.whenAsked) {
            m_script.whenAsked();
        }
        if (!m_script.isSilent) {
            later(m_script.sign(request));
        }
    }

    void cancel() override
    {
        ++m_script.cancelled;
        later(failure(ErrorCode::Cancelled, QStringLiteral("cancelled")));
    }

private:
    void later(Result<Bytes> result)
    {
        callOnThread(this, [this, result = std::move(result)] { Q_EMIT finished(result); });
    }

    EngineKind m_kind;
    EngineScript& m_script;
};

/// A wallet's whole key, in place of the two shares.
struct EvmKey
{
    SecretBytes scalar = secp256k1::generateScalar();
    EvmAddress address = *evmAddressOf(*secp256k1::publicKey(scalar));

    /// r ‖ s ‖ v as an engine gives it.
    Bytes sign(BytesView digest) const
    {
        const auto signature = *secp256k1::sign(scalar, digest);
        Bytes raw(signature.r.begin(), signature.r.end());
        raw.insert(raw.end(), signature.s.begin(), signature.s.end());
        raw.push_back(static_cast<std::uint8_t>(27 + signature.recoveryId));
        return raw;
    }
};

struct SolanaKey
{
    SecretBytes seed = SecretBytes::random(ed25519::seedBytes);
    SolanaAddress address = *ed25519::publicKey(seed);

    Bytes sign(BytesView message) const
    {
        const auto signature = *ed25519::sign(seed, message);
        return {signature.begin(), signature.end()};
    }
};

}  // namespace countersign::testing
