#pragma once

#include "core/base/encoding/Hex.h"
#include "core/vault/keychain/RootKeyStore.h"

#include <QDir>
#include <QFile>
#include <QTimer>

namespace countersign {

/// A root key store in a file, in the clear: for tests alone. A test that kills a process and starts it again
/// needs a root key that outlives it, and no keychain of a desktop.
class FileRootKeyStore final : public RootKeyStore
{
public:
    explicit FileRootKeyStore(QString folder) : m_folder(std::move(folder)) {}

    void read(const QString& profileId, ReadCallback done) override
    {
        later([this, profileId, done = std::move(done)] {
            QFile file(path(profileId));
            if (!file.open(QIODevice::ReadOnly)) {
                done(failure(ErrorCode::NotFound, QStringLiteral("no such key")));
                return;
            }
            const QByteArray text = file.readAll();
            done(secretFromHex({text.constData(), static_cast<std::size_t>(text.size())}));
        });
    }

    void write(const QString& profileId, const SecretBytes& key, DoneCallback done) override
    {
        QFile file(path(profileId));
        const std::string text = toHex(key.view());
        const bool written = file.open(QIODevice::WriteOnly) && file.write(text.c_str()) > 0;
        later([written, done = std::move(done)] {
            done(written ? Status() : failure(ErrorCode::Storage, QStringLiteral("not written")));
        });
    }

    void remove(const QString& profileId, DoneCallback done) override
    {
        QFile::remove(path(profileId));
        later([done = std::move(done)] { done({}); });
    }

    void probe(StateCallback done) override
    {
        later([done = std::move(done)] { done(KeychainState::Available); });
    }

private:
    QString path(const QString& profileId) const { return QDir(m_folder).filePath(profileId); }
    void later(std::function<void()> work) { QTimer::singleShot(0, &m_context, std::move(work)); }

    QString m_folder;
    QObject m_context;
};

}  // namespace countersign
