#include "core/vault/keychain/KeychainRootKeyStore.h"

#include "core/vault/keychain/KeychainOperation.h"
#include "core/vault/keychain/SecretServiceProbe.h"

#include <QCoreApplication>

#include <memory>

namespace countersign {

namespace {

struct KeychainRootKeyStoreText
{
    Q_DECLARE_TR_FUNCTIONS(KeychainRootKeyStoreText)
};

QString service()
{
    return QStringLiteral("Countersign");
}

QString account(const QString& profileId)
{
    return QStringLiteral("profile/") + profileId;
}

// QtKeychain shares its buffer with every copy that it hands out; writing through one wipes them all, while
// data() would only wipe a copy.
void wipeShared(const QByteArray& bytes)
{
    wipeMemory(const_cast<char*>(bytes.constData()), static_cast<std::size_t>(bytes.size()));
}

Status statusOf(KeychainOperation::Outcome outcome, KeychainState state, const QString& detail)
{
    switch (outcome) {
        case KeychainOperation::Outcome::Done:
            return {};
        case KeychainOperation::Outcome::NotFound:
            return failure(ErrorCode::NotFound,
                           KeychainRootKeyStoreText::tr("The keychain holds no key for this profile."),
                           detail);
        case KeychainOperation::Outcome::Unavailable:
            break;
    }
    return failure(ErrorCode::KeychainUnavailable, keychainSentence(state), detail);
}

}  // namespace

void KeychainRootKeyStore::read(const QString& profileId, ReadCallback done)
{
    auto* job = new QKeychain::ReadPasswordJob(service());
    job->setKey(account(profileId));
    const auto key = std::make_shared<SecretBytes>();
    QObject::connect(job, &QKeychain::Job::finished, job, [job, key] {
        const QByteArray data = job->binaryData();
        *key = SecretBytes::copyOf(asBytes({data.constData(), static_cast<std::size_t>(data.size())}));
        wipeShared(data);
    });
    KeychainOperation::run(
        job, m_patience,
        [key, done = std::move(done)](auto outcome, KeychainState state, const QString& detail) {
            const Status status = statusOf(outcome, state, detail);
            if (status) {
                done(std::move(*key));
            } else {
                done(failure(status.error()));
            }
        });
}

void KeychainRootKeyStore::write(const QString& profileId, const SecretBytes& key, DoneCallback done)
{
    put(profileId, key, Late::Removed, std::move(done));
}

void KeychainRootKeyStore::overwrite(const QString& profileId, const SecretBytes& key, DoneCallback done)
{
    put(profileId, key, Late::Kept, std::move(done));
}

void KeychainRootKeyStore::put(const QString& profileId, const SecretBytes& key, Late late,
                               DoneCallback done) const
{
    auto* job = new QKeychain::WritePasswordJob(service());
    job->setKey(account(profileId));
    const QByteArray data(asText(key.view()).data(), static_cast<qsizetype>(key.size()));
    job->setBinaryData(data);
    // From when the caller was told that it failed.
    const auto abandoned = std::make_shared<bool>(false);
    QObject::connect(job, &QObject::destroyed, job, [data] { wipeShared(data); });
    QObject::connect(job, &QKeychain::Job::finished, job, [job, abandoned] {
        if (*abandoned && job->error() == QKeychain::NoError) {
            auto* undo = new QKeychain::DeletePasswordJob(job->service());
            undo->setInsecureFallback(false);
            undo->setKey(job->key());
            undo->start();
        }
    });
    KeychainOperation::run(
        job, m_patience,
        [abandoned, late, done = std::move(done)](auto outcome, KeychainState state, const QString& detail) {
            const Status status = statusOf(outcome, state, detail);
            *abandoned = !status && late == Late::Removed;
            done(status);
        });
}

void KeychainRootKeyStore::remove(const QString& profileId, DoneCallback done)
{
    auto* job = new QKeychain::DeletePasswordJob(service());
    job->setKey(account(profileId));
    KeychainOperation::run(
        job, m_patience, [done = std::move(done)](auto outcome, KeychainState state, const QString& detail) {
            done(outcome == KeychainOperation::Outcome::NotFound ? Status()
                                                                 : statusOf(outcome, state, detail));
        });
}

void KeychainRootKeyStore::probe(StateCallback done)
{
    SecretServiceProbe::start(
        m_probePatience,
        [done = std::move(done)](const SecretServiceProbe::Finding& found) { done(found.state); });
}

}  // namespace countersign
