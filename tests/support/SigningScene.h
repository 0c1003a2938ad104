#pragma once

#include "core/base/Base58.h"
#include "core/base/Base64.h"
#include "core/delegation/DelegationStore.h"
#include "core/delegation/WalletCatalog.h"
#include "core/signing/JobCatalog.h"
#include "core/signing/JobIntake.h"
#include "core/signing/JobStore.h"
#include "tests/support/SigningFakes.h"
#include "tests/support/TrustedChanges.h"
#include "tests/unit/chain/solana/MessageFactory.h"

namespace countersign::testing {

inline constexpr const char* evmWalletId = "evm-wallet";
inline constexpr const char* solanaWalletId = "solana-wallet";

inline Error error(ErrorCode code, const char* detail = "scripted")
{
    return {code, QStringLiteral("said the test"), QString::fromLatin1(detail)};
}

/// A job document; extra members replace or follow.
inline std::string documentOf(const std::string& wallet, std::string_view kind, Json payload,
                              const Json& extra = Json::object())
{
    Json json = {{"wallet", wallet}, {"kind", kind}, {"payload", std::move(payload)}};
    json.update(extra);
    return dumpJson(json);
}

/// A type 2 transaction in which nothing is open.
inline Json wholeTransaction(int nonce = 7)
{
    return {{"chainId", "11155111"},
            {"to", "0x52908400098527886E0F7030069857D2E4169EE7"},
            {"value", "1000"},
            {"nonce", std::to_string(nonce)},
            {"gasLimit", "21000"},
            {"maxFeePerGas", "2000000000"},
            {"maxPriorityFeePerGas", "1000000000"}};
}

inline Json openTransaction()
{
    return {{"chainId", "11155111"}, {"to", "0x52908400098527886E0F7030069857D2E4169EE7"}, {"value", "1000"}};
}

/// Why this class exists: a profile with a wallet on either chain, whose keys the test has, and everything
/// that a desk works with as fakes that let all go well until a test says otherwise.
class SigningScene
{
public:
    SigningScene()
        : audit(*profile.database, *profile.vault, profile.clock),
          store(*profile.database, audit, profile.clock)
    {
        profile.database->handle().exec(
            "INSERT INTO source (id, url, inbox) VALUES (1, 'u', 'i');"
            "INSERT INTO delivery (id, source_id, seq, kind, received_at, stored_at, headers, body, "
            "body_sha256, "
            "verdict) VALUES (1, 1, 1, 'webhook', 0, 0, '[]', x'', x'', 'applied')");
        delegate(evmWalletId, "EVM", toText(evmKey.address), "evm-event", 10);
        delegate(solanaWalletId, "SVM", toText(solanaKey.address), "solana-event", 10);
        letAllGoWell();
    }

    void delegate(const std::string& walletId, const std::string& chain, const std::string& address,
                  const std::string& eventId, UnixMillis at)
    {
        const WalletAddress read = *readAddress(chain, address);
        const auto material =
            *sealMaterial(*profile.vault, eventId, read,
                          SecretBytes::copyOf(std::string_view(R"({"secretShare":"of )" + eventId + "\"}")),
                          SecretBytes::copyOf(std::string_view("key of " + eventId)), "kid");
        const auto applied = transact(*profile.database, [&] {
            return DelegationStore(*profile.database)
                .applyCreated({{eventId, at, "set-1"}, walletId, read, "user", 1, at}, material);
        });
        if (!applied) {
            qFatal("no delegation: %s", qUtf8Printable(applied.error().detail));
        }
    }

    void revoke(const std::string& walletId, UnixMillis at = 1000)
    {
        const auto revoked = transact(*profile.database, [&] {
            return DelegationStore(*profile.database).applyRevoked({{"revoked", at, "set-1"}, walletId});
        });
        if (!revoked) {
            qFatal("not revoked: %s", qUtf8Printable(revoked.error().detail));
        }
    }

    JobParts parts()
    {
        JobParts parts;
        parts.vault = profile.vault;
        parts.database = profile.database.get();
        parts.clock = &profile.clock;
        parts.dynamicApi = [this]() -> Result<std::unique_ptr<DynamicApi>> {
            if (!hasToken) {
                return failure(error(ErrorCode::InvalidInput, "no token"));
            }
            return std::make_unique<FakeDynamicApi>(api);
        };
        parts.engine = [this](EngineKind kind) -> Result<std::unique_ptr<SigningEngine>> {
            engine.made.push_back(kind);
            return std::make_unique<FakeEngine>(kind, engine);
        };
        parts.evmRpc = [this](const std::string& chainId) -> Result<std::unique_ptr<EvmRpc>> {
            nodesAsked.push_back(chainId);
            if (!hasNode) {
                return failure(error(ErrorCode::InvalidInput, "no node"));
            }
            return std::make_unique<FakeEvmRpc>(evm);
        };
        parts.solanaRpc = [this]() -> Result<std::unique_ptr<SolanaRpc>> {
            if (!hasNode) {
                return failure(error(ErrorCode::InvalidInput, "no node"));
            }
            return std::make_unique<FakeSolanaRpc>(solana);
        };
        parts.relay = [this]() -> Result<std::unique_ptr<JobRelay>> {
            return std::make_unique<FakeJobRelay>(relay);
        };
        return parts;
    }

    void registerSubmitter(const std::string& name, const ed25519::PublicKey& key)
    {
        const auto added =
            changeTrusted(*profile.database, *profile.vault, profile.clock, "submitter.added", name,
                          [&] { return Submitters(*profile.database, *profile.vault).add(name, key, 0); });
        if (!added) {
            qFatal("not registered: %s", qUtf8Printable(added.error().detail));
        }
    }

    JobIntake intake() { return JobIntake(*profile.database, *profile.vault, profile.clock); }

    Job submit(const std::string& document, JobOrigin origin = JobOrigin::File)
    {
        const auto job = intake().submit(asBytes(document), origin);
        if (!job) {
            qFatal("not submitted: %s", qUtf8Printable(job.error().sentence + job.error().detail));
        }
        return *job;
    }

    /// As if the relay had brought it, signed by `submitterKey`.
    Job submitFromRelay(const std::string& document)
    {
        Job job = submit(document);
        profile.database->handle().exec(
            "UPDATE job SET origin = 'relay', submitter = 'shop' WHERE job_id = '" + job.jobId + "'");
        return *store.load(job.jobId);
    }

    Job message(const std::string& text = "hello")
    {
        return submit(documentOf(evmWalletId, "evm.message", {{"text", text}}));
    }

    /// A transaction that the wallet alone signs, whole but for the signature.
    SolanaTransaction solanaTransaction(std::uint8_t blockhashByte = 9) const
    {
        SolanaMessage content = test::plainMessage();
        content.requiredSignatures = 1;
        content.readonlySigned = 0;
        content.accountKeys[0] = solanaKey.address;
        content.recentBlockhash.fill(blockhashByte);
        return *solana::parseTransactionOrMessage(solana::serialize(content));
    }

    Job solanaJob(std::uint8_t blockhashByte = 9, bool broadcast = true)
    {
        return submit(documentOf(solanaWalletId, "solana.transaction",
                                 {{"transaction", toBase64(solanaTransaction(blockhashByte).serialize())}},
                                 {{"broadcast", broadcast}}));
    }

    JobState stateOf(const std::string& jobId) { return store.load(jobId)->state; }

    std::string steps(const std::string& jobId)
    {
        std::string text;
        const auto taken = JobCatalog(*profile.database).steps(store.load(jobId)->id);
        for (const JobStep& step : *taken) {
            text += (text.empty() ? "" : ",") + std::string(toText(step.state));
        }
        return text;
    }

    /// The kinds recorded about a subject, oldest first.
    std::string recorded(const std::string& subject)
    {
        return profile.database->handle()
            .execAndGet(
                "SELECT coalesce(group_concat(kind), '') FROM (SELECT kind FROM audit WHERE subject = '" +
                subject + "' ORDER BY seq)")
            .getString();
    }

    int number(const std::string& sql) { return profile.database->handle().execAndGet(sql).getInt(); }

    TestProfile profile;
    EvmKey evmKey;
    SolanaKey solanaKey;
    AuditLog audit;
    JobStore store;
    ApiScript api;
    EngineScript engine;
    EvmScript evm;
    SolanaScript solana;
    RelayScript relay;
    bool hasToken = true;
    bool hasNode = true;
    std::vector<std::string> nodesAsked;

private:
    void letAllGoWell()
    {
        api.wallet.always =
            WaasWallet{evmWalletId, toText(evmKey.address), "EVM", {44, 60, 0, 0, 0}, "TWO_OF_TWO"};
        engine.sign = [this](const CeremonyRequest& request) -> Result<Bytes> {
            return request.scheme == SigningScheme::Ecdsa ? evmKey.sign(request.input)
                                                          : solanaKey.sign(request.input);
        };
        evm.chainId.always = Uint256(11155111);
        evm.pendingCount.always = 7;
        evm.latestCount.always = 7;
        evm.fees.always = EvmFees{Uint256(100), Uint256(10), Uint256(110)};
        evm.gas.always = 21'000;
        evm.send.always = std::string();
        evm.receipt.always = std::optional<EvmReceipt>();
        evm.known.always = true;
        evm.head.always = 100;
        solana.blockhash.always = SolanaBlockhash{toBase58(Bytes(32, 5)), 1000};
        solana.blockhashValid.always = true;
        solana.send.always = std::string();
        solana.status.always = std::optional<SolanaStatus>();
        relay.claim.always = JobClaim{};
        relay.post.always = Status();
    }
};

}  // namespace countersign::testing
