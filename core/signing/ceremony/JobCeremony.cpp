#include "core/signing/ceremony/JobCeremony.h"

#include "core/crypto/keys/Address.h"
#include "core/delegation/WalletAddress.h"
#include "core/signing/approval/SigningFreeze.h"
#include "core/signing/statement/RejectedJobs.h"

#include <QTimer>

#include <array>
#include <chrono>

namespace countersign {

namespace {

constexpr std::chrono::seconds graceAfterRoomError{5};
constexpr std::chrono::seconds pauseBetweenWrites{1};
constexpr int signatureWrites = 60;

/// Where nobody has said no, the same may work in a moment, and nothing was begun.
bool isPassing(const Error& error)
{
    switch (error.code) {
        case ErrorCode::Network:
        case ErrorCode::Timeout:
        case ErrorCode::Busy:
        case ErrorCode::Cancelled:
        case ErrorCode::Locked:
        case ErrorCode::KeychainUnavailable:
        case ErrorCode::Storage:
        case ErrorCode::Unsupported:
            return true;
        default:
            return false;
    }
}

/// Whoever froze signing, or rejected the job, after the approval means this ceremony, too. The job waits
/// again.
Status checkObjections(const SigningServices& parts, const Job& job)
{
    RETURN_IF_ERROR(refuseWhileFrozen(*parts.database, *parts.vault, ErrorCode::Busy));
    return refuseIfRejected(parts, job.jobId, ErrorCode::Busy);
}

}  // namespace

JobCeremony::JobCeremony(Order order, Hooks hooks, const SigningServices& parts, JobStore& store,
                         AuditLog& audit, QObject* parent)
    : QObject(parent),
      m_order(std::move(order)),
      m_hooks(std::move(hooks)),
      m_parts(parts),
      m_store(store),
      m_audit(audit),
      m_delegations(*parts.database),
      m_paths(*parts.database, *parts.clock)
{}

JobCeremony::~JobCeremony() = default;

void JobCeremony::start()
{
    if (auto isFree = checkObjections(m_parts, job()); !isFree) {
        return end(isFree.error());
    }
    auto api = m_parts.dynamicApi();
    if (!api) {
        return end(api.error());
    }
    m_api = *std::move(api);
    auto engine = m_parts.engine(m_order.engine);
    if (!engine) {
        return end(engine.error());
    }
    m_engine = *std::move(engine);
    connect(m_engine.get(), &SigningEngine::progressed, this, &JobCeremony::progressed);
    connect(m_engine.get(), &SigningEngine::finished, this, &JobCeremony::handleSignature);
    lookUpPath();
}

void JobCeremony::lookUpPath()
{
    const auto eventId = m_delegations.currentEvent(job().walletId);
    if (!eventId) {
        return end(eventId.error());
    }
    m_eventId = *eventId;
    const auto known = m_paths.find(job().walletId, m_eventId);
    if (!known) {
        return end(known.error());
    }
    if (*known) {
        m_path = **known;
        return begin();
    }
    m_call = m_api->lookUpWallet(job().walletId,
                                 [this](const Result<WaasWallet>& wallet) { handleWallet(wallet); });
}

void JobCeremony::handleWallet(const Result<WaasWallet>& wallet)
{
    if (!wallet) {
        return end(wallet.error());
    }
    const auto address = readAddress(wallet->chainName, wallet->accountAddress);
    if (!address || address->chain != job().chain || address->bytes != m_order.verified.addressBytes()) {
        return end({ErrorCode::Corrupt,
                    tr("Dynamic knows this wallet with another address or chain. Nothing was signed; compare "
                       "the two before anything else is done with it."),
                    QStringLiteral("address-mismatch")});
    }
    m_path = wallet->derivationPath;
    if (auto kept = m_paths.keep(job().walletId, m_eventId, m_path); !kept) {
        return end(kept.error());
    }
    if (auto confirmed = m_delegations.confirm(job().walletId); !confirmed) {
        return end(confirmed.error());
    }
    begin();
}

void JobCeremony::begin()
{
    // Whoever takes an approval back has done so before this, or comes too late.
    const auto begun = m_store.beginSigning(job().jobId, m_order.engine,
                                            [this](const Job& row) { return checkApproved(row); });
    if (!begun) {
        return end(begun.error());
    }
    Q_EMIT progressed(CeremonyStage::Starting);
    m_hooks.announce(*begun, [this, begun = *begun](const Status& known) {
        if (m_concluded) {
            return;
        }
        if (!known) {
            return end(known.error());
        }
        // Only now, so that nobody tells the same a second time.
        Q_EMIT changed(begun);
        openRoom();
    });
}

void JobCeremony::openRoom()
{
    if (auto isFree = checkObjections(m_parts, job()); !isFree) {
        return end(isFree.error());
    }
    auto material = m_delegations.open(job().walletId, "sign", *m_parts.vault, m_audit);
    if (!material) {
        return end(material.error());
    }
    if (material->eventId != m_eventId) {
        return end({ErrorCode::Busy,
                    tr("The wallet was delegated anew at this moment. Approve the job once more."),
                    QStringLiteral("another share set")});
    }
    m_share = std::move(material->share);
    SigningRoomRequest request;
    request.walletId = job().walletId;
    request.walletApiKey = std::move(material->walletApiKey);
    request.message = payload().message;
    request.isFormatted = payload().isFormatted;
    request.context = payload().context;
    request.shareSetId = m_order.shareSetId;
    m_call =
        m_api->openSigningRoom(std::move(request), {[this](const std::string& roomId) { enterRoom(roomId); },
                                                    [this](const Error& error) { leaveRoom(error); }});
}

void JobCeremony::enterRoom(const std::string& roomId)
{
    if (auto allowed = mayEnter(); !allowed) {
        return end(allowed.error());
    }
    // From the next line on a crash leaves the outcome unknown, so the room is written down first.
    if (auto noted = m_store.noteRoom(job().jobId, roomId); !noted) {
        return end(noted.error());
    }
    m_inRoom = true;
    CeremonyRequest request;
    request.roomId = roomId;
    request.relayDomain = m_order.relayDomain;
    request.scheme = payload().scheme;
    request.share = std::move(m_share);
    request.addressBytes = m_order.verified.addressBytes();
    request.input = payload().input;
    if (payload().scheme == SigningScheme::Ecdsa) {
        request.derivationPath = m_path;
    }
    m_engine->sign(std::move(request));
}

Status JobCeremony::checkApproved(const Job& row) const
{
    RETURN_IF_ERROR(checkObjections(m_parts, row));
    return m_order.stillApproved ? m_order.stillApproved(row) : Status();
}

/// Opening a room takes seconds: the wallet may have been revoked, the job may have expired or gone
/// elsewhere.
Status JobCeremony::mayEnter()
{
    RETURN_IF_ERROR(m_hooks.stillMine());
    ASSIGN_OR_RETURN(const auto row, m_store.load(job().jobId));
    RETURN_IF_ERROR(checkApproved(row));
    if (job().expiresAt <= m_parts.clock->now()) {
        return failure(ErrorCode::Busy, tr("The job expired while its room was opened."));
    }
    ASSIGN_OR_RETURN(const auto eventId, m_delegations.currentEvent(job().walletId));
    if (eventId != m_eventId) {
        return failure(ErrorCode::Busy,
                       tr("The wallet was delegated anew at this moment. Approve the job once more."));
    }
    return {};
}

void JobCeremony::leaveRoom(const Error& error)
{
    if (!m_inRoom) {
        return end(error);
    }
    // The rounds may have succeeded all the same, and a signature that exists must not be lost: the engine
    // has a moment to say so.
    m_roomError = error;
    QTimer::singleShot(graceAfterRoomError, this, [this, error] {
        if (!m_concluded) {
            disconnect(m_engine.get(), nullptr, this, nullptr);
            m_engine->cancel();
            end(error);
        }
    });
}

void JobCeremony::handleSignature(const Result<Bytes>& raw)
{
    if (!raw) {
        return end(m_roomError.value_or(raw.error()));
    }
    const auto checked =
        checkSignature(payload(), m_order.verified.content(), m_order.verified.addressBytes(), *raw);
    if (!checked) {
        return end(checked.error());
    }
    keep(*checked, signatureWrites);
}

/// A signature that exists must not be lost because somebody else is writing, or the disk is full for a
/// moment.
void JobCeremony::keep(const VerifiedSignature& signature, int tries)
{
    m_isKeeping = true;
    const auto kept = m_store.recordSignature(job().jobId, signature);
    const bool mayWork =
        !kept && (kept.error().code == ErrorCode::Busy || kept.error().code == ErrorCode::Storage);
    if (!mayWork || tries <= 1) {
        return conclude(kept);
    }
    QTimer::singleShot(pauseBetweenWrites, this, [this, signature, tries] { keep(signature, tries - 1); });
}

void JobCeremony::cancel(const Error& why)
{
    if (m_inRoom && m_engine) {
        disconnect(m_engine.get(), nullptr, this, nullptr);
        m_engine->cancel();
    }
    end(why);
}

void JobCeremony::stop(const Error& why)
{
    if (!m_inRoom) {
        cancel(why);
    }
}

void JobCeremony::end(const Error& error)
{
    if (m_concluded || m_isKeeping) {
        return;
    }
    // Without an API or an engine Dynamic was not even asked: the profile lacks something that can be mended.
    const bool wasAsked = m_api && m_engine;
    const bool waitsAgain = !m_inRoom && (!wasAsked || isPassing(error));
    // Where it was approved again after an unknown outcome, that outcome is still unknown.
    conclude(waitsAgain ? m_store.leaveCeremony(job().jobId, job().approvedFrom, error)
                        : m_store.failCeremony(job().jobId, error));
}

void JobCeremony::conclude(const Result<Job>& job)
{
    if (m_concluded) {
        return;
    }
    m_concluded = true;
    m_share.wipe();
    // What this ran in may be a callback of the call or of the engine: they are dropped from the event loop.
    QMetaObject::invokeMethod(
        this,
        [this, job] {
            m_call.reset();
            Q_EMIT finished(job);
        },
        Qt::QueuedConnection);
}

}  // namespace countersign
