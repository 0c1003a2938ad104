#include "core/mpc/sdk/SdkEngine.h"

#include "core/base/text/Ascii.h"
#include "core/crypto/keys/Address.h"
#include "core/crypto/primitives/Secp256k1.h"
#include "core/mpc/sdk/MpcHelperProcess.h"

#include <QCoreApplication>

#include <algorithm>
#include <utility>

namespace countersign {

namespace {

constexpr std::size_t roomDigits = 32;
constexpr std::size_t relayMaxCharacters = 255;
constexpr std::size_t messageMaxBytes = 32 * 1024;
constexpr std::size_t pathMaxSteps = 16;
constexpr std::size_t ed25519KeyBytes = 32;
constexpr std::size_t ed25519SignatureBytes = 64;
constexpr std::size_t ecdsaSignatureBytes = 65;

struct SdkEngineText
{
    Q_DECLARE_TR_FUNCTIONS(SdkEngineText)
};

tl::unexpected<Error> refused(const char* sentence)
{
    return failure(ErrorCode::InvalidInput, SdkEngineText::tr(sentence));
}

bool isRoom(std::string_view text)
{
    return text.size() == roomDigits && std::ranges::all_of(text, ascii::isLowerHexDigit);
}

bool isRelay(std::string_view text)
{
    return !text.empty() && text.size() <= relayMaxCharacters && std::ranges::all_of(text, [](char c) {
        return ascii::isAlphanumeric(c) || c == '.' || c == '-' || c == ':' || c == '[' || c == ']';
    });
}

/// What the library would only notice later, or never.
Status checked(const CeremonyRequest& request)
{
    const bool isEcdsa = request.scheme == SigningScheme::Ecdsa;
    if (!isRoom(request.roomId)) {
        return refused(
            QT_TRANSLATE_NOOP("SdkEngineText", "Dynamic's answer names no usable signing room. Try again."));
    }
    if (!isRelay(request.relayDomain)) {
        return refused(
            QT_TRANSLATE_NOOP("SdkEngineText",
                              "The address of Dynamic's signing relay cannot be used. It is a host "
                              "name with an optional port, without https://. Check the settings."));
    }
    if (request.addressBytes.size() != (isEcdsa ? std::tuple_size_v<EvmAddress> : ed25519KeyBytes)) {
        return refused(QT_TRANSLATE_NOOP("SdkEngineText", "The wallet's address does not fit its chain."));
    }
    if (isEcdsa ? request.input.size() != secp256k1::digestBytes
                : request.input.empty() || request.input.size() > messageMaxBytes) {
        return refused(
            QT_TRANSLATE_NOOP("SdkEngineText", "What is to be signed has a length that cannot be signed."));
    }
    if (request.share.isEmpty() || request.derivationPath.size() > pathMaxSteps) {
        return refused(QT_TRANSLATE_NOOP("SdkEngineText", "The wallet's share or path cannot be used."));
    }
    return {};
}

/// 20 or 32 bytes. The library's class gives 04 ‖ x ‖ y and takes no compressed key; 64 bytes are x ‖ y.
Result<Bytes> addressOf(SigningScheme scheme, const Bytes& publicKey)
{
    if (scheme == SigningScheme::Ed25519) {
        return publicKey.size() == ed25519KeyBytes
                   ? Result<Bytes>(publicKey)
                   : failure(helperError(HelperFailure::Garbage, QStringLiteral("no Ed25519 key")));
    }
    BytesView point = publicKey;
    if (point.size() == std::tuple_size_v<secp256k1::PublicKey> + 1 && point.front() == 0x04) {
        point = point.subspan(1);
    }
    if (!secp256k1::isValidPublicKey(point)) {
        return failure(helperError(HelperFailure::Garbage, QStringLiteral("no secp256k1 key")));
    }
    ASSIGN_OR_RETURN(const auto address, evmAddressOf(point));
    return Result<Bytes>(Bytes(address.begin(), address.end()));
}

Result<Bytes> wellFormedSignature(SigningScheme scheme, const Bytes& signature)
{
    const bool fits = scheme == SigningScheme::Ecdsa ? signature.size() == ecdsaSignatureBytes &&
                                                           signature.back() >= 27 && signature.back() <= 30
                                                     : signature.size() == ed25519SignatureBytes;
    return fits ? Result<Bytes>(signature)
                : failure(helperError(HelperFailure::Garbage, QStringLiteral("no signature of this scheme")));
}

/// Holds the helper of a check; destroying it kills that.
class SdkEngineCheck final : public PendingCall
{
public:
    SdkEngineCheck(const SdkEngineOptions& options, Callback<QString> answered)
        : m_helper(options), m_answered(std::move(answered))
    {
        QObject::connect(
            &m_helper, &MpcHelperProcess::finished, &m_helper, [this](const Result<HelperAnswer>& answer) {
                // The call may be destroyed by its answer: nothing of it is touched after that.
                const Callback<QString> tell = std::move(m_answered);
                tell(answer.map([](const HelperAnswer& about) {
                    return QStringLiteral("Node.js %1, @dynamic-labs-wallet/node %2")
                        .arg(QString::fromStdString(about.node), QString::fromStdString(about.package));
                }));
            });
        auto frame = helperRequestFrame({});
        m_helper.run(HelperOperation::About, frame ? *std::move(frame) : SecretBytes(), options.timeout);
    }

private:
    MpcHelperProcess m_helper;
    Callback<QString> m_answered;
};

}  // namespace

SdkEngine::SdkEngine(SdkEngineOptions options) : m_options(std::move(options))
{
    m_start.setSingleShot(true);
    m_cancelled.setSingleShot(true);
    connect(&m_start, &QTimer::timeout, this, &SdkEngine::derive);
    connect(&m_cancelled, &QTimer::timeout, this,
            [this] { conclude(failure(helperError(HelperFailure::Cancelled))); });
}

SdkEngine::~SdkEngine() = default;

void SdkEngine::sign(CeremonyRequest request)
{
    if (m_isRunning) {
        Q_ASSERT_X(false, "sign", "one ceremony at a time");
        return;
    }
    m_isRunning = true;
    m_request = std::move(request);
    m_deadline.setRemainingTime(m_options.timeout);
    m_start.start(0);
}

void SdkEngine::cancel()
{
    if (!m_isRunning) {
        return;
    }
    m_start.stop();
    letGo();
    m_request.share.wipe();
    m_cancelled.start(0);  // finished() must not come from inside
}

qint64 SdkEngine::processId() const
{
    return m_helper ? m_helper->processId() : 0;
}

void SdkEngine::derive()
{
    if (const Status status = checked(m_request); !status) {
        conclude(failure(status.error()));
        return;
    }
    Q_EMIT progressed(CeremonyStage::Starting);
    if (m_isRunning && !m_cancelled.isActive()) {
        runHelper(HelperOperation::Derive, &SdkEngine::compare);
    }
}

void SdkEngine::runHelper(HelperOperation operation, void (SdkEngine::*next)(const Result<HelperAnswer>&))
{
    auto frame =
        helperRequestFrame({operation, m_request.scheme, m_request.share.view(), m_request.derivationPath,
                            m_request.roomId, m_request.relayDomain, m_request.input});
    if (!frame) {
        conclude(failure(frame.error()));
        return;
    }
    m_helper = std::make_unique<MpcHelperProcess>(m_options);
    connect(m_helper.get(), &MpcHelperProcess::finished, this, next);
    if (operation == HelperOperation::Sign) {
        connect(m_helper.get(), &MpcHelperProcess::requestSent, this,
                [this] { Q_EMIT progressed(CeremonyStage::Exchanged); });
    }
    m_helper->run(operation, *std::move(frame), std::chrono::milliseconds(m_deadline.remainingTime()));
}

void SdkEngine::compare(const Result<HelperAnswer>& answer)
{
    const Result<Bytes> address =
        answer ? addressOf(m_request.scheme, answer->bytes) : Result<Bytes>(failure(answer.error()));
    if (!address) {
        conclude(failure(address.error()));
        return;
    }
    if (*address != m_request.addressBytes) {
        conclude(failure(
            ErrorCode::Corrupt,
            SdkEngineText::tr(
                "The share does not belong to this wallet, so it was not used and nothing was sent. The "
                "wallet has to be delegated again."),
            QStringLiteral("the share's public key has another address")));
        return;
    }
    letGo();
    Q_EMIT progressed(CeremonyStage::Attested);
    if (m_isRunning && !m_cancelled.isActive()) {
        enterRoom();
    }
}

void SdkEngine::enterRoom()
{
    runHelper(HelperOperation::Sign, &SdkEngine::judge);
    m_request.share.wipe();
}

void SdkEngine::judge(const Result<HelperAnswer>& answer)
{
    conclude(answer ? wellFormedSignature(m_request.scheme, answer->bytes) : failure(answer.error()));
}

void SdkEngine::conclude(const Result<Bytes>& signature)
{
    if (!std::exchange(m_isRunning, false)) {
        return;
    }
    m_cancelled.stop();
    letGo();
    m_request = {};
    Q_EMIT finished(signature);
}

void SdkEngine::letGo()
{
    if (m_helper) {
        m_helper->disconnect(this);
        m_helper->cancel();                 // kills it at once
        m_helper.release()->deleteLater();  // we may be in its signal
    }
}

PendingCallPtr checkSdkEngine(const SdkEngineOptions& options, Callback<QString> answered)
{
    return std::make_unique<SdkEngineCheck>(options, std::move(answered));
}

}  // namespace countersign
