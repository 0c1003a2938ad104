#include "core/signing/intake/JobIntake.h"

#include "core/base/encoding/Hex.h"
#include "core/crypto/envelopes/Dsse.h"
#include "core/delegation/WalletAddress.h"
#include "core/delegation/WalletCatalog.h"
#include "core/inbox/delivery/DeliveryCauses.h"
#include "core/signing/job/JobContent.h"
#include "core/signing/job/JobNotes.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

struct JobIntakeText
{
    Q_DECLARE_TR_FUNCTIONS(JobIntakeText)
};

Judgement plain(Verdict verdict, std::string reason = {})
{
    return {verdict, std::move(reason), std::nullopt};
}

Judgement quarantined(const char* code, std::string cause, const QString& detail)
{
    return {Verdict::Quarantined, cause, QuarantineReason{code, cause, detail.toStdString()}};
}

Judgement quarantined(const char* code, DeliveryCause cause, const QString& detail)
{
    return quarantined(code, stored(cause), detail);
}

/// A sentence of whoever read the thing.
Judgement quarantined(const char* code, const QString& sentence, const QString& detail)
{
    return quarantined(code, storedSentence(sentence.toStdString()), detail);
}

/// No registered submitter vouches for it.
Judgement unverified(Judgement judgement)
{
    judgement.isUnverified = true;
    return judgement;
}

/// What the storage says ends the transaction; what the document says is a judgement.
bool isStorageError(const Error& error)
{
    return error.code == ErrorCode::Storage || error.code == ErrorCode::Busy ||
           error.code == ErrorCode::Corrupt || error.code == ErrorCode::Locked;
}

/// The submitter whose key the envelope names without being signed with it.
std::optional<QString> pretendedSubmitter(const DsseEnvelope& envelope,
                                          const std::vector<Submitter>& registered)
{
    for (const DsseSignature& signature : envelope.signatures) {
        const auto named = fromHex(signature.keyId);
        const auto found = std::find_if(registered.begin(), registered.end(), [&](const Submitter& one) {
            return named && std::ranges::equal(*named, one.publicKey);
        });
        if (found != registered.end()) {
            return QString::fromStdString(found->name);
        }
    }
    return std::nullopt;
}

Judgement unknownSubmitter(const DsseEnvelope& envelope, const std::vector<Submitter>& registered)
{
    QString keys;
    for (const DsseSignature& signature : envelope.signatures) {
        keys += QStringLiteral(" ") + QString::fromStdString(signature.keyId).left(70);
    }
    if (const auto name = pretendedSubmitter(envelope, registered)) {
        return quarantined("submitter", stored(DeliveryCause::BrokenSignature, {name->toStdString()}),
                           QStringLiteral("keyid:") + keys);
    }
    return quarantined("submitter", DeliveryCause::UnknownSubmitter, QStringLiteral("keyid:") + keys);
}

struct Opened
{
    Submitter submitter;
    Bytes payload;
};

std::optional<Submitter> signerAmong(const std::vector<Submitter>& submitters, const DsseEnvelope& envelope)
{
    std::vector<ed25519::PublicKey> keys;
    for (const Submitter& submitter : submitters) {
        keys.push_back(submitter.publicKey);
    }
    const auto signer = verifyDsse(envelope, keys);
    if (!signer) {
        return std::nullopt;
    }
    return *std::find_if(submitters.begin(), submitters.end(),
                         [&](const Submitter& one) { return one.publicKey == *signer; });
}

/// The envelope, if a registered key signed it; else why not.
Result<tl::expected<Opened, Judgement>> openEnvelope(const Submitters& submitters, BytesView body,
                                                     std::string_view payloadType)
{
    auto envelope = parseDsse(asText(body));
    if (!envelope) {
        return tl::unexpected(quarantined("unreadable", DeliveryCause::NoEnvelope, envelope.error().detail));
    }
    if (envelope->payloadType != payloadType) {
        return tl::unexpected(
            quarantined("unreadable", DeliveryCause::OtherEnvelope,
                        QStringLiteral("payloadType ") + QString::fromStdString(envelope->payloadType)));
    }
    ASSIGN_OR_RETURN(const auto registered, submitters.registered());
    if (const auto signer = signerAmong(registered.trusted, *envelope)) {
        return Opened{*signer, std::move(envelope->payload)};
    }
    if (const auto signer = signerAmong(registered.doubted, *envelope)) {
        const TrustFinding finding{std::string(trustedTables::submitter), signer->name,
                                   TrustFinding::What::Changed};
        return tl::unexpected(
            quarantined("submitter", finding.sentence(), QStringLiteral("not what was sealed")));
    }
    return tl::unexpected(unknownSubmitter(*envelope, registered.trusted));
}

}  // namespace

JobIntake::JobIntake(Database& database, const Vault& vault, const Clock& clock)
    : m_database(database),
      m_clock(clock),
      m_audit(database, vault, clock),
      m_jobs(database, m_audit, clock),
      m_submitters(database, vault)
{}

Result<NewJob> JobIntake::judge(BytesView bytes, const Origin& origin) const
{
    ASSIGN_OR_RETURN(const auto document, parseJobDocument(bytes));
    ASSIGN_OR_RETURN(const auto wallet, WalletCatalog(m_database).find(document.wallet));
    if (wallet.chain != (isEvm(document.kind) ? evmChain : solanaChain)) {
        return failure(
            ErrorCode::InvalidInput,
            JobIntakeText::tr("The job is refused: its kind does not fit the wallet, which is on %1.")
                .arg(QString::fromStdString(wallet.chain)));
    }
    RETURN_IF_ERROR(readJobContent(document.kind, document.payload, wallet.addressBytes));
    NewJob job;
    job.jobId = jobIdOf(bytes);
    job.origin = origin.origin;
    job.deliveryId = origin.deliveryId;
    if (origin.submitter) {
        job.submitter = origin.submitter->name;
        job.submitterKey = toBytes(origin.submitter->publicKey);
    }
    job.claimedSubmitter = document.submitter;
    job.walletId = wallet.walletId;
    job.chain = wallet.chain;
    job.address = wallet.address;
    job.kind = document.kind;
    job.document = bytes;
    job.broadcast = document.broadcast;
    job.reason = document.reason;
    job.createdAt = origin.createdAt;
    job.expiresAt = document.expiresAt.value_or(origin.createdAt + defaultJobLifetime);
    return job;
}

JobState JobIntake::firstState(const NewJob& job) const
{
    return job.expiresAt <= m_clock.now() ? JobState::Expired : JobState::Pending;
}

Result<Job> JobIntake::submit(BytesView document, JobOrigin origin)
{
    ASSIGN_OR_RETURN(const auto job, judge(document, {origin, std::nullopt, std::nullopt, m_clock.now()}));
    return m_jobs.add(job, firstState(job));
}

Result<Job> JobIntake::import(BytesView document)
{
    ASSIGN_OR_RETURN(auto job, judge(document, {JobOrigin::File, std::nullopt, std::nullopt, m_clock.now()}));
    job.isImported = true;
    return m_jobs.add(job, firstState(job));
}

bool JobIntake::handles(std::string_view kind) const
{
    return kind == jobEntryKind || kind == withdrawalEntryKind;
}

Result<Judgement> JobIntake::take(const FeedItem& entry, AuditTransaction& record)
{
    return entry.kind == jobEntryKind ? handleJob(entry, record) : handleWithdrawal(entry, record);
}

Result<Judgement> JobIntake::handleJob(const FeedItem& entry, AuditTransaction& record)
{
    ASSIGN_OR_RETURN(const auto opened, openEnvelope(m_submitters, entry.body, jobPayloadType));
    if (!opened) {
        return unverified(opened.error());
    }
    const Bytes& document = opened->payload;
    // Its time counts from when the relay took it: a console that slept must not give an old job a new life.
    const UnixMillis receivedAt = std::min(entry.receivedAt, m_clock.now());
    const auto job = judge(document, {JobOrigin::Relay, entry.deliveryId, opened->submitter, receivedAt});
    if (!job) {
        if (isStorageError(job.error())) {
            return failure(job.error());
        }
        return quarantined("job", job.error().sentence, job.error().detail);
    }
    bool added = false;
    ASSIGN_OR_RETURN(const auto known,
                     attempt([&] { return m_jobs.addWithin(record, *job, firstState(*job), added); }));
    if (added) {
        return plain(Verdict::Applied);
    }
    if (known.origin != JobOrigin::Relay && waitsForOperator(known.state)) {
        // From now on other desks may have it too: it needs a claim.
        RETURN_IF_ERROR(attempt([&] { return m_jobs.adoptWithin(record, *job); }));
        return plain(Verdict::Applied);
    }
    return plain(Verdict::Duplicate, stored(DeliveryCause::KnownJob));
}

/// Genuine or not, the job whose withdrawal was asked for knows that this desk has read it.
Status JobIntake::noteWithdrawal(BytesView body)
{
    const auto envelope = parseDsse(asText(body));
    const auto json = envelope ? parseJson(asText(envelope->payload), {.maxBytes = 4096, .maxDepth = 1})
                               : Result<Json>(failure(envelope.error()));
    const auto jobId = json ? requiredString(*json, "jobId") : Result<std::string>(failure(json.error()));
    return jobId ? attempt([&] { return m_jobs.noteWithdrawalWithin(*jobId); }) : Status();
}

Result<Judgement> JobIntake::handleWithdrawal(const FeedItem& entry, AuditTransaction& record)
{
    RETURN_IF_ERROR(noteWithdrawal(entry.body));
    ASSIGN_OR_RETURN(const auto opened, openEnvelope(m_submitters, entry.body, withdrawalPayloadType));
    if (!opened) {
        return unverified(opened.error());
    }
    const auto json = parseJson(asText(opened->payload), {.maxBytes = 4096, .maxDepth = 1});
    const auto jobId = json ? requiredString(*json, "jobId") : failure(json.error());
    if (!jobId) {
        return quarantined("unreadable", DeliveryCause::NamelessWithdrawal, jobId.error().detail);
    }
    const auto job = m_jobs.load(*jobId);
    if (!job) {
        return job.error().code == ErrorCode::NotFound
                   ? Result<Judgement>(
                         quarantined("job", DeliveryCause::UnknownWithdrawn, QString::fromStdString(*jobId)))
                   : failure(job.error());
    }
    ASSIGN_OR_RETURN(const auto key, m_jobs.submitterKey(*jobId));
    if (key != toBytes(opened->submitter.publicKey)) {
        return quarantined("submitter", DeliveryCause::NotItsSubmitter,
                           QString::fromStdString(opened->submitter.name));
    }
    // The relay takes none while a desk holds the job. Approved: a desk that crashed or gave up left it so,
    // and whoever goes on from there finds it withdrawn.
    if (!mayBeWithdrawn(*job)) {
        return plain(Verdict::Stale, JobIntakeText::tr("The withdrawal came too late: the job is %1.")
                                         .arg(stateName(job->state))
                                         .toStdString());
    }
    const std::string note = stored(JobNote::Withdrawn);
    RETURN_IF_ERROR(attempt([&] { return m_jobs.withdrawWithin(record, *jobId, note); }));
    return plain(Verdict::Applied);
}

}  // namespace countersign
