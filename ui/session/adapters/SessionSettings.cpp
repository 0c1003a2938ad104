#include "ui/session/adapters/SessionSettings.h"

#include "core/base/encoding/Hex.h"
#include "core/settings/KnownSettings.h"
#include "core/vault/SecretStore.h"
#include "ui/session/worker/WorkerChange.h"
#include "ui/session/worker/WorkerSignals.h"

namespace countersign {

SessionSettings::SessionSettings(SessionWorker& worker, QObject* parent)
    : SettingsControl(parent), m_worker(worker)
{
    connectAcross(m_worker, &SessionWorker::settingsExamined, this,
                  [this](const SettingsTrust& trust) { setTrust(trust); });
}

void SessionSettings::setReady(bool ready)
{
    if (!ready) {
        setTrust({});  // without its keys nothing is known
    }
    if (ready != m_ready) {
        m_ready = ready;
        Q_EMIT readyChanged();
    }
}

void SessionSettings::change(QObject* context, Change change, Callback<void> done)
{
    changeOnWorker(this, context, m_worker, std::move(change), std::move(done), [this] { Q_EMIT changed(); });
}

void SessionSettings::set(QObject* context, const QString& key, const QString& value, Callback<void> done)
{
    change(
        context,
        [key = key.toStdString(), value = value.toStdString()](SessionWorker& worker) -> Status {
            if (value.empty()) {
                return worker.record("setting.removed", key, Json::object(),
                                     [&](SessionWorker::Rows& rows) { return rows.settings.remove(key); });
            }
            ASSIGN_OR_RETURN(const auto checked, worker.checkSetting(key, value));
            return worker.record("setting.changed", key, {{"value", shownSetting(key, checked)}},
                                 [&](SessionWorker::Rows& rows) { return rows.settings.set(key, checked); });
        },
        std::move(done));
}

void SessionSettings::putSecret(QObject* context, const QString& kind, SecretBytes secret,
                                Callback<void> done)
{
    // A functor that can be copied is needed for the way to the other thread.
    auto held = std::make_shared<SecretBytes>(std::move(secret));
    change(
        context,
        [kind = kind.toStdString(), held](SessionWorker& worker) { return worker.storeSecret(kind, *held); },
        std::move(done));
}

void SessionSettings::addSubmitter(QObject* context, const QString& name, const QString& publicKey,
                                   Callback<void> done)
{
    change(
        context,
        [name = name.toStdString(), key = publicKey.toStdString()](SessionWorker& worker) -> Status {
            ASSIGN_OR_RETURN(const auto parsed, parseEd25519PublicKey(key));
            return worker.record(
                "submitter.added", name, {{"publicKey", toHex(parsed)}},
                [&](SessionWorker::Rows& rows) { return rows.submitters.add(name, parsed, worker.now()); });
        },
        std::move(done));
}

void SessionSettings::removeSubmitter(QObject* context, const QString& name, Callback<void> done)
{
    change(
        context,
        [name = name.toStdString()](SessionWorker& worker) {
            return worker.record("submitter.removed", name, Json::object(),
                                 [&](SessionWorker::Rows& rows) { return rows.submitters.remove(name); });
        },
        std::move(done));
}

}  // namespace countersign
