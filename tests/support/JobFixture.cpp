#include "tests/support/JobFixture.h"

#include "core/base/Base64.h"
#include "core/delegation/WalletCatalog.h"
#include "core/signing/JobCatalog.h"
#include "core/signing/JobContent.h"
#include "core/signing/JobDocument.h"
#include "core/signing/JobRows.h"
#include "core/signing/SigningPlan.h"

namespace countersign::testing {

const char* const permitJson =
    R"({"types":{"EIP712Domain":[{"name":"name","type":"string"},{"name":"chainId","type":"uint256"},)"
    R"({"name":"verifyingContract","type":"address"}],"Permit":[{"name":"owner","type":"address"},)"
    R"({"name":"spender","type":"address"},{"name":"value","type":"uint256"},{"name":"nonce","type":"uint256"},)"
    R"({"name":"deadline","type":"uint256"}]},"primaryType":"Permit","domain":{"name":"Example Dollar",)"
    R"("chainId":"1","verifyingContract":"0x00000000000000000000000000000000000000aa"},"message":{)"
    R"("owner":"0x00000000000000000000000000000000000000bb","spender":"0x00000000000000000000000000000000000000cc",)"
    R"("value":"115792089237316195423570985008687907853269984665640564039457584007913129639935",)"
    R"("nonce":"0","deadline":"1893456000"}})";

namespace {

/// A legacy Solana transaction of one System transfer, its blockhash open.
std::string solanaTransfer(const Wallet& wallet)
{
    SolanaTransaction transaction;
    std::copy_n(wallet.addressBytes.begin(), 32, transaction.message.accountKeys.emplace_back().begin());
    transaction.message.accountKeys.push_back(SolanaAddress{7});
    transaction.message.accountKeys.push_back(SolanaAddress{});
    transaction.message.requiredSignatures = 1;
    transaction.message.readonlyUnsigned = 1;
    transaction.message.instructions = {{2, {0, 1}, {2, 0, 0, 0, 0, 202, 154, 59, 0, 0, 0, 0}}};
    Bytes bytes(1 + solana::signatureBytes);
    bytes[0] = 1;
    const Bytes message = solana::serialize(transaction.message);
    bytes.insert(bytes.end(), message.begin(), message.end());
    return R"({"transaction":")" + toBase64(bytes) + R"("})";
}

void bindBytes(SQLite::Statement& statement, int position, const Bytes& bytes)
{
    if (bytes.empty()) {
        statement.bind(position);
    } else {
        statement.bind(position, bytes.data(), static_cast<int>(bytes.size()));
    }
}

void prepare(Job& job)
{
    const auto document = parseJobDocument(job.document);
    auto content =
        document ? readJobContent(job.kind, document->payload,
                                  job.chain == "SVM" ? parseSolanaAddress(job.address)
                                                           .map([](const SolanaAddress& address) {
                                                               return Bytes(address.begin(), address.end());
                                                           })
                                                           .value_or(Bytes())
                                                     : Bytes())
                 : Result<JobContent>(failure(document.error()));
    if (content && !job.filled.empty()) {
        content = withFilled(*content, job.filled);
    }
    const auto plan = content ? planOf(job.kind, *content) : Result<SigningPlan>(failure(content.error()));
    if (!plan) {
        qFatal("fixture job: %s", qPrintable(plan.error().sentence));
    }
    job.prepared = plan->prepared;
    job.digest = plan->digest;
}

}  // namespace

std::string JobFixture::add(const Shape& shape)
{
    const bool solana = shape.kind.starts_with("solana");
    const auto wallets =
        WalletCatalog(m_profile.database())
            .firstRows({.chain = solana ? "SVM" : "EVM", .status = WalletStatus::Active}, {}, 3);
    if (!wallets || wallets->empty()) {
        qFatal("fixture job: no active wallet");
    }
    const Wallet& wallet = (*wallets)[static_cast<std::size_t>(m_count) % wallets->size()];
    ++m_count;
    Job job;
    job.origin = shape.origin;
    job.submitter = shape.origin == JobOrigin::Relay ? shape.submitter : std::string();
    job.walletId = wallet.walletId;
    job.chain = wallet.chain;
    job.address = wallet.address;
    job.kind = jobKindFrom(shape.kind).value_or(JobKind::EvmMessage);
    job.broadcast = shape.broadcast;
    job.reason = shape.reason;
    job.createdAt = m_profile.now() - m_count * 61'000;
    job.expiresAt = m_profile.now() + shape.expiresIn;
    job.state = shape.state;
    const std::string payload =
        solana && shape.payload.find("text") != std::string::npos && shape.kind == "solana.transaction"
            ? solanaTransfer(wallet)
            : shape.payload;
    // No two documents are the same.
    const std::string blanks(static_cast<std::size_t>(m_count), ' ');
    const std::string document = "{" + blanks + R"("wallet":")" + wallet.walletId + R"(","kind":")" +
                                 shape.kind + R"(","payload":)" + payload + R"(,"reason":")" + shape.reason +
                                 R"(","expiresAt":")" + toIso8601(job.expiresAt) + R"("})";
    job.document = toBytes(asBytes(document));
    job.jobId = jobIdOf(job.document);
    job.filled = shape.prepared ? shape.filled : std::vector<FilledField>();
    if (shape.prepared) {
        prepare(job);
    }
    if (shape.state == JobState::Signed || shape.state == JobState::Broadcast ||
        shape.state == JobState::Confirmed) {
        job.signature = Bytes(solana ? 64 : 65, 0x5a);
        job.hash = isTransaction(job.kind) ? "0x" + std::string(64, '7') : std::string();
    }
    insert(job, shape);
    return job.jobId;
}

void JobFixture::insert(const Job& job, const Shape& shape)
{
    SQLite::Statement row(
        m_profile.database().handle(),
        "INSERT INTO job (job_id, origin, submitter, wallet_id, chain, address, kind, document, broadcast, "
        "reason, created_at, expires_at, state, state_at, prepared, filled, filled_at, digest, signature, "
        "hash, "
        "error, attempts, engine) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
        "?)");
    int position = 0;
    row.bind(++position, job.jobId);
    row.bind(++position, std::string(toText(job.origin)));
    row.bind(++position, job.submitter);
    row.bind(++position, job.walletId);
    row.bind(++position, job.chain);
    row.bind(++position, job.address);
    row.bind(++position, std::string(toText(job.kind)));
    bindBytes(row, ++position, job.document);
    row.bind(++position, job.broadcast ? 1 : 0);
    row.bind(++position, job.reason);
    row.bind(++position, job.createdAt);
    row.bind(++position, job.expiresAt);
    row.bind(++position, std::string(toText(job.state)));
    row.bind(++position, job.createdAt);
    bindBytes(row, ++position, job.prepared);
    row.bind(++position, filledToJson(job.filled));
    row.bind(++position, job.filled.empty() ? std::int64_t(0) : m_profile.now() - shape.filledAgo);
    bindBytes(row, ++position, job.digest);
    bindBytes(row, ++position, job.signature);
    row.bind(++position, job.hash);
    row.bind(++position, shape.error);
    const bool begun = job.state != JobState::Pending && job.state != JobState::Rejected &&
                       job.state != JobState::Expired && job.state != JobState::Blocked;
    row.bind(++position, begun ? 1 : 0);
    if (begun) {
        row.bind(++position, "sdk");
    } else {
        row.bind(++position);
    }
    row.exec();
    SQLite::Statement step(m_profile.database().handle(),
                           "INSERT INTO job_step (job, at, state, note) VALUES (last_insert_rowid(), ?, "
                           "'pending', 'came through the relay')");
    step.bind(1, job.createdAt);
    step.exec();
}

void JobFixture::setState(const std::string& jobId, JobState state)
{
    SQLite::Statement statement(m_profile.database().handle(), "UPDATE job SET state = ? WHERE job_id = ?");
    statement.bind(1, std::string(toText(state)));
    statement.bind(2, jobId);
    statement.exec();
}

Job JobFixture::job(const std::string& jobId) const
{
    const auto found = JobCatalog(m_profile.database()).find(jobId);
    if (!found) {
        qFatal("fixture job: %s", qPrintable(found.error().sentence));
    }
    return *found;
}

void JobFixture::addVariety()
{
    const std::string to = "0x00000000000000000000000000000000000000cc";
    const std::string transfer =
        R"({"transaction":{"chainId":"1","to":")" + to + R"(","value":"250000000000000000"}})";
    const std::vector<FilledField> filled = {{"nonce", "12"},
                                             {"gasLimit", "21000"},
                                             {"maxFeePerGas", "31000000000"},
                                             {"maxPriorityFeePerGas", "1000000000"}};
    const std::string call = R"({"transaction":{"chainId":"8453","to":")" + to +
                             R"(","data":"0xa9059cbb000000000000000000000000)" + std::string(40, '1') +
                             std::string(64, '0') + R"("}})";
    add({.kind = "evm.transaction", .payload = transfer, .broadcast = true, .filled = filled});
    add({.kind = "evm.typedData",
         .payload = std::string(R"({"typedData":)") + permitJson + "}",
         .reason = "Allowance for the exchange",
         .expiresIn = 42 * 60'000});
    add({.kind = "evm.transaction",
         .payload = call,
         .reason = "Move the treasury",
         .expiresIn = 7 * 60'000,
         .broadcast = true,
         .filled = filled});
    add({.kind = "solana.transaction",
         .reason = "Rent for new accounts",
         .filled = {{"recentBlockhash", "9sHcv6xwn9YkB8nxTUGKDwPwNnmqVp5oAXxU8Fdkm4J6"}}});
    add({.payload =
             R"({"text":"example.org wants you to sign in with your Ethereum account.\n\nNonce: 8842"})",
         .origin = JobOrigin::Console,
         .reason = "Sign in"});
    add({.state = JobState::Signing, .reason = "Attestation"});
    add({.kind = "evm.transaction",
         .payload = transfer,
         .state = JobState::Broadcast,
         .reason = "Payout 4709",
         .broadcast = true,
         .filled = filled});
    add({.kind = "evm.transaction",
         .payload = transfer,
         .state = JobState::Confirmed,
         .reason = "Payout 4708",
         .broadcast = true,
         .filled = filled});
    add({.state = JobState::Signed, .origin = JobOrigin::File, .reason = "Proof of ownership"});
    add({.state = JobState::Rejected, .reason = "Unknown payee"});
    add({.state = JobState::Expired, .reason = "Payout 4702", .expiresIn = -3'600'000});
    add({.kind = "evm.transaction",
         .payload = transfer,
         .state = JobState::Interrupted,
         .reason = "Payout 4701",
         .broadcast = true,
         .filled = filled});
    add({.state = JobState::Failed,
         .reason = "Payout 4700",
         .error = "Dynamic refused to open a signing room: the wallet's key was revoked."});
}

}  // namespace countersign::testing
