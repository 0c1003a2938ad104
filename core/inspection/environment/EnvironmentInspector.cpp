#include "core/inspection/environment/EnvironmentInspector.h"

#include "core/audit/AuditLog.h"
#include "core/audit/trust/TrustedSettings.h"
#include "core/base/encoding/Base64.h"
#include "core/crypto/keys/RsaPublicKey.h"
#include "core/inspection/environment/OurWebhook.h"
#include "core/vault/Settings.h"

#include <algorithm>

namespace countersign {

namespace {

constexpr std::string_view keyArmour = "-----BEGIN";
constexpr std::chrono::milliseconds shortestWait = std::chrono::seconds(1);

Result<RsaPublicKey> readPublicKey(const std::string& text)
{
    if (text.find(keyArmour) != std::string::npos) {
        return RsaPublicKey::fromPem(asBytes(text));
    }
    std::string packed = text;
    std::erase_if(packed, [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; });
    ASSIGN_OR_RETURN(const Bytes decoded, fromBase64Any(packed));
    return asText(decoded).find(keyArmour) != std::string_view::npos ? RsaPublicKey::fromPem(decoded)
                                                                     : RsaPublicKey::fromSpkiDer(decoded);
}

std::vector<RegisteredKey> registeredKeysOf(const std::vector<EncryptionKeyRecord>& records)
{
    std::vector<RegisteredKey> keys;
    for (const EncryptionKeyRecord& record : records) {
        keys.push_back(
            {record.kid, record.status, fingerprintOf(record.publicKey), record.createdAt, record.expiresAt});
    }
    return keys;
}

}  // namespace

std::string fingerprintOf(const std::string& publicKey)
{
    const auto key = readPublicKey(publicKey);
    return key ? key->fingerprint() : std::string();
}

EnvironmentInspector::EnvironmentInspector(InspectionServices services, QObject* parent)
    : QObject(parent), m_services(std::move(services))
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        const auto work = std::exchange(m_work, {});
        work();
    });
}

EnvironmentInspector::~EnvironmentInspector() = default;

void EnvironmentInspector::inspect(Callback<EnvironmentCheck> done)
{
    if (isRunning()) {
        QMetaObject::invokeMethod(
            this,
            [done = std::move(done)] {
                done(failure(ErrorCode::Busy, tr("Dynamic is being asked already.")));
            },
            Qt::QueuedConnection);
        return;
    }
    m_done = std::move(done);
    m_check = {};
    m_firstError.reset();
    m_answers = 0;
    later([this] { begin(); });
}

void EnvironmentInspector::stop()
{
    if (isRunning()) {
        m_call.reset();
        later(
            [this] { finish(failure(ErrorCode::Cancelled, tr("The check was ended. Nothing was kept."))); });
    }
}

void EnvironmentInspector::begin()
{
    auto api = m_services.api();
    if (!api) {
        return finish(failure(api.error()));
    }
    m_api = *std::move(api);
    auto environment = TrustedSettings(*m_services.database, *m_services.vault).get(settingKeys::environment);
    auto webhookId = ourWebhookId(*m_services.database, *m_services.vault);
    if (!environment || !webhookId) {
        return finish(failure(environment ? webhookId.error() : environment.error()));
    }
    m_check.environmentId = environment->value_or(std::string());
    m_check.webhookId = *std::move(webhookId);
    m_waited = {};
    askSettings();
}

bool EnvironmentInspector::waitFor(const Error& error, void (EnvironmentInspector::*again)())
{
    if (error.code != ErrorCode::Busy) {
        return false;
    }
    const auto pause = std::max(m_api->pauseLeft(), shortestWait);
    if (m_waited + pause > m_patience) {
        return false;
    }
    m_waited += pause;
    later([this, again] { (this->*again)(); }, pause);
    return true;
}

template <typename T>
void EnvironmentInspector::take(Answer<T>& answer, const Result<T>& told,
                                void (EnvironmentInspector::*again)(), void (EnvironmentInspector::*next)())
{
    if (!told && waitFor(told.error(), again)) {
        return;
    }
    if (told) {
        answer.value = *told;
    } else {
        answer.why = told.error().sentence.toStdString();
        m_firstError = m_firstError.value_or(told.error());
    }
    const bool isSilence =
        !told && (told.error().code == ErrorCode::Network || told.error().code == ErrorCode::Timeout);
    m_answers += isSilence ? 0 : 1;
    m_waited = {};
    later([this, next] { (this->*next)(); });
}

void EnvironmentInspector::noteClock(const std::optional<UnixMillis>& theirs)
{
    if (theirs) {
        m_check.clock.value = ClockReading{*theirs, m_services.clock->now()};
    }
}

void EnvironmentInspector::askSettings()
{
    m_call = m_api->delegatedAccess([this](const Result<Dated<DelegatedAccessSettings>>& told) {
        if (told) {
            noteClock(told->serverTime);
        }
        take(m_check.delegatedAccess, told.map([](const auto& dated) { return dated.value; }),
             &EnvironmentInspector::askSettings, &EnvironmentInspector::askToken);
    });
}

void EnvironmentInspector::askToken()
{
    m_call = m_api->token([this](const Result<Dated<TokenRecord>>& told) {
        if (told) {
            noteClock(told->serverTime);
        }
        auto scopes = told.map([](const auto& dated) { return dated.value.scopes; });
        if (told && !told->value.environmentId.empty() &&
            told->value.environmentId != m_check.environmentId) {
            scopes = failure(ErrorCode::Denied,
                             tr("The API token is of another environment than the profile (%1). Store one of "
                                "this environment.")
                                 .arg(QString::fromStdString(told->value.environmentId)));
        }
        take(m_check.scopes, scopes, &EnvironmentInspector::askToken, &EnvironmentInspector::askKeys);
    });
}

void EnvironmentInspector::askKeys()
{
    m_call = m_api->encryptionKeys([this](const Result<std::vector<EncryptionKeyRecord>>& told) {
        take(m_check.keys, told.map(registeredKeysOf), &EnvironmentInspector::askKeys,
             &EnvironmentInspector::askWebhooks);
    });
}

void EnvironmentInspector::askWebhooks()
{
    m_call = m_api->webhooks([this](const Result<std::vector<RegisteredWebhook>>& told) {
        take(m_check.webhooks, told, &EnvironmentInspector::askWebhooks, &EnvironmentInspector::conclude);
    });
}

void EnvironmentInspector::conclude()
{
    if (m_answers == 0) {
        return finish(failure(*m_firstError));
    }
    if (!m_check.clock.value) {
        m_check.clock.why = tr("Dynamic's answers do not tell the time.").toStdString();
    }
    m_check.checkedAt = m_services.clock->now();
    const Json detail = {{"delegatedAccess", m_check.delegatedAccess.value.has_value()},
                         {"keys", m_check.keys.value.has_value()},
                         {"webhooks", m_check.webhooks.value.has_value()},
                         {"scopes", m_check.scopes.value.has_value()}};
    AuditLog audit(*m_services.database, *m_services.vault, *m_services.clock);
    const Status kept = audit.record("environment.checked", m_check.environmentId, dumpJson(detail), [&] {
        return EnvironmentCheckStore(*m_services.database).put(m_check);
    });
    finish(kept ? Result<EnvironmentCheck>(m_check) : Result<EnvironmentCheck>(failure(kept.error())));
}

void EnvironmentInspector::later(std::function<void()> work, std::chrono::milliseconds pause)
{
    m_work = std::move(work);
    m_timer.start(pause);
}

void EnvironmentInspector::finish(Result<EnvironmentCheck> result)
{
    m_timer.stop();
    m_work = {};
    m_call.reset();
    m_api.reset();
    const auto done = std::exchange(m_done, {});
    done(std::move(result));
}

}  // namespace countersign
