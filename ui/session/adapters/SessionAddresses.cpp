#include "ui/session/adapters/SessionAddresses.h"

#include "core/addressbook/AddressCsv.h"
#include "core/addressbook/AddressRecorder.h"
#include "core/base/ThreadCall.h"
#include "core/base/encoding/Hex.h"
#include "core/crypto/primitives/Sha256.h"
#include "ui/session/worker/WorkerChange.h"

#include <QFile>

namespace countersign {

namespace {

Result<QByteArray> contentOf(const QString& name)
{
    QFile file(name);
    if (!file.open(QIODevice::ReadOnly)) {
        return failure(ErrorCode::NotFound, SessionAddresses::tr("The file cannot be read."),
                       file.errorString());
    }
    // One more, so that the parser says that it is too long.
    const QByteArray content = file.read(static_cast<qint64>(maxAddressCsvBytes) + 1);
    if (file.error() != QFileDevice::NoError) {
        return failure(ErrorCode::NotFound, SessionAddresses::tr("The file cannot be read."),
                       file.errorString());
    }
    return content;
}

Result<AddressControl::ImportPtr> importOf(SessionWorker& worker, const QString& name)
{
    ASSIGN_OR_RETURN(const auto profile, worker.openProfile());
    ASSIGN_OR_RETURN(const auto content, contentOf(name));
    const std::string_view text(content.constData(), static_cast<std::size_t>(content.size()));
    auto import = std::make_shared<AddressImport>();
    ASSIGN_OR_RETURN(import->entries, parseAddressCsv(text));
    import->fileSha256 = toHex(sha256(asBytes(text)));
    ASSIGN_OR_RETURN(import->changes,
                     AddressBook(*profile.database, *profile.vault).preview(import->entries));
    return AddressControl::ImportPtr(std::move(import));
}

}  // namespace

SessionAddresses::SessionAddresses(SessionWorker& worker, QObject* parent)
    : AddressControl(parent), m_worker(worker)
{}

void SessionAddresses::setReady(bool ready)
{
    if (ready != m_ready) {
        m_ready = ready;
        Q_EMIT readyChanged();
    }
}

void SessionAddresses::add(QObject* context, const AddressEntry& entry, OnLookAlike onLookAlike,
                           Callback<void> done)
{
    changeOnWorker(
        this, context, m_worker,
        [entry, onLookAlike](SessionWorker& worker) {
            return worker.changeAddresses(
                [&](AddressRecorder& recorder) { return recorder.add(entry, onLookAlike); });
        },
        std::move(done), [this] { Q_EMIT changed(); });
}

void SessionAddresses::change(QObject* context, const AddressEntry& entry, Callback<void> done)
{
    changeOnWorker(
        this, context, m_worker,
        [entry](SessionWorker& worker) {
            return worker.changeAddresses([&](AddressRecorder& recorder) { return recorder.change(entry); });
        },
        std::move(done), [this] { Q_EMIT changed(); });
}

void SessionAddresses::remove(QObject* context, std::vector<AddressKey> keys, Callback<void> done)
{
    changeOnWorker(
        this, context, m_worker,
        [keys = std::move(keys)](SessionWorker& worker) {
            return worker.changeAddresses([&](AddressRecorder& recorder) { return recorder.remove(keys); });
        },
        std::move(done), [this] { Q_EMIT changed(); });
}

void SessionAddresses::readImport(QObject* context, const QString& file, Callback<ImportPtr> done)
{
    const auto answer = marshalToThread<ImportPtr>(this, context, std::move(done));
    callOnThread(&m_worker, [worker = &m_worker, file, answer] { answer(importOf(*worker, file)); });
}

void SessionAddresses::import(QObject* context, ImportPtr import, OnLookAlike onLookAlike,
                              Callback<AddressChanges> done)
{
    // Written by the session's thread before it is read here.
    const auto changes = std::make_shared<AddressChanges>();
    changeOnWorker(
        this, context, m_worker,
        [import = std::move(import), onLookAlike, changes](SessionWorker& worker) {
            return worker.changeAddresses([&](AddressRecorder& recorder) -> Status {
                ASSIGN_OR_RETURN(*changes, recorder.import(import->entries, import->fileSha256, onLookAlike));
                return {};
            });
        },
        [changes, done = std::move(done)](const Status& status) {
            done(status ? Result<AddressChanges>(*changes) : failure(status.error()));
        },
        [this] { Q_EMIT changed(); });
}

}  // namespace countersign
