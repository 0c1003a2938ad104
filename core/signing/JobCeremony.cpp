#include "core/signing/JobCeremony.h"

#include "core/crypto/Address.h"
#include "core/delegation/WalletAddress.h"

#include <QTimer>

#include <array>
#include <chrono>

namespace countersign {

namespace {

constexpr std::chrono::seconds graceAfterRoomError{5};
constexpr std::array beforeSignature = {JobState::Approved, JobState::Signing};

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

}  // namespace

JobCeremony::JobCeremony(Order order, const JobParts& parts, JobStore& store, AuditLog& audit,
                         QObject* parent)
    : QObject(parent),
      m_order(std::move(order)),
      m_parts(parts),
      m_store(store),
      m_audit(audit),
      m_delegations(*parts.database)
{}

JobCeremony::~JobCeremony() = default;

void JobCeremony::start()
{
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
    connect(m_engine.get(), &SigningEngine::finished, this, &JobCeremony::takeSignature);
    lookUpPath();
}

void JobCeremony::lookUpPath()
{
    const auto eventId = m_delegations.currentEvent(m_order.job.walletId);
    if (!eventId) {
        return end(eventId.error());
    }
    m_eventId = *eventId;
    const auto known = m_store.walletPath(m_order.job.walletId, m_eventId);
    if (!known) {
        return end(known.error());
    }
    if (*known) {
        m_path = **known;
        return begin();
    }
    m_call = m_api->lookUpWallet(m_order.job.walletId,
                                 [this](const Result<WaasWallet>& wallet) { takeWallet(wallet); });
}

void JobCeremony::takeWallet(const Result<WaasWallet>& wallet)
{
    if (!wallet) {
        return end(wallet.error());
    }
    const auto address = readAddress(wallet->chainName, wallet->accountAddress);
    if (!address || address->chain != m_order.job.chain || address->bytes != m_order.addressBytes) {
        return end({ErrorCode::Corrupt,
                    tr("Dynamic knows this wallet with another address or chain. Nothing was signed; compare "
                       "the two before anything else is done with it."),
                    QStringLiteral("address-mismatch")});
    }
    m_path = wallet->derivationPath;
    if (auto kept = m_store.keepWalletPath(m_order.job.walletId, m_eventId, m_path); !kept) {
        return end(kept.error());
    }
    if (auto confirmed = m_delegations.confirm(m_order.job.walletId); !confirmed) {
        return end(confirmed.error());
    }
    begin();
}

void JobCeremony::begin()
{
    JobChange change;
    change.engine = m_order.engine;
    change.beginsCeremony = true;
    const auto job =
        m_store.move(m_order.job.jobId, std::array{JobState::Approved}, JobState::Signing, change);
    if (!job) {
        return end(job.error());
    }
    Q_EMIT progressed(CeremonyStage::Starting);
    openRoom();
}

void JobCeremony::openRoom()
{
    auto material = m_delegations.open(m_order.job.walletId, "sign", *m_parts.vault, m_audit);
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
    request.walletId = m_order.job.walletId;
    request.walletApiKey = std::move(material->walletApiKey);
    request.message = m_order.plan.message;
    request.isFormatted = m_order.plan.isFormatted;
    request.context = m_order.plan.context;
    request.shareSetId = m_order.shareSetId;
    m_call =
        m_api->openSigningRoom(std::move(request), {[this](const std::string& roomId) { enterRoom(roomId); },
                                                    [this](const Error& error) { leaveRoom(error); }});
}

void JobCeremony::enterRoom(const std::string& roomId)
{
    // From the next line on a crash leaves the outcome unknown, so the room is written down first.
    if (auto noted = m_store.noteRoom(m_order.job.jobId, roomId); !noted) {
        return end(noted.error());
    }
    m_inRoom = true;
    CeremonyRequest request;
    request.roomId = roomId;
    request.relayDomain = m_order.relayDomain;
    request.scheme = m_order.plan.scheme;
    request.share = std::move(m_share);
    request.addressBytes = m_order.addressBytes;
    request.input = m_order.plan.input;
    if (m_order.plan.scheme == SigningScheme::Ecdsa) {
        request.derivationPath = m_path;
    }
    m_engine->sign(std::move(request));
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

void JobCeremony::takeSignature(const Result<Bytes>& raw)
{
    if (!raw) {
        return end(m_roomError.value_or(raw.error()));
    }
    const auto checked = checkSignature(m_order.plan, m_order.content, m_order.addressBytes, *raw);
    if (!checked) {
        return end(checked.error());
    }
    JobChange change;
    change.signature = checked->signature;
    change.signedTransaction = checked->signedTransaction;
    change.hash = checked->hash;
    conclude(m_store.move(m_order.job.jobId, std::array{JobState::Signing}, JobState::Signed, change));
}

void JobCeremony::cancel()
{
    const Error cancelled{ErrorCode::Cancelled, tr("Cancelled by the operator."), {}};
    if (m_inRoom && m_engine) {
        disconnect(m_engine.get(), nullptr, this, nullptr);
        m_engine->cancel();
    }
    end(cancelled);
}

void JobCeremony::end(const Error& error)
{
    if (m_concluded) {
        return;
    }
    JobChange change;
    change.error = error;
    // Without an API or an engine Dynamic was not even asked: the profile lacks something that can be mended.
    const bool wasAsked = m_api && m_engine;
    const bool waitsAgain = !m_inRoom && (!wasAsked || isPassing(error));
    conclude(m_store.move(m_order.job.jobId, beforeSignature,
                          waitsAgain ? JobState::Pending : JobState::Failed, change));
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
