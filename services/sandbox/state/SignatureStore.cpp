#include "services/sandbox/state/SignatureStore.h"

#include "services/sandbox/state/StateDatabase.h"

#include <QCoreApplication>

namespace countersign::sandbox {

namespace {

struct SignatureStoreText
{
    Q_DECLARE_TR_FUNCTIONS(SignatureStoreText)
};

}  // namespace

Status SignatureStore::add(const SignatureRecord& record)
{
    return storageCall([&]() -> Status {
        SQLite::Statement insert(
            m_database.handle(),
            "INSERT OR IGNORE INTO signatures (wallet_id, digest, room_id, at, algorithm) "
            "VALUES (?, ?, ?, ?, ?)");
        insert.bind(1, record.walletId);
        insert.bind(2, record.digest);
        insert.bind(3, record.roomId);
        insert.bind(4, record.at);
        insert.bind(5, record.algorithm);
        if (insert.exec() == 1) {
            return {};
        }
        return failure(ErrorCode::AlreadyExists,
                       SignatureStoreText::tr("This room has given a signature already."));
    });
}

Result<std::vector<SignatureRecord>> SignatureStore::all() const
{
    return storageCall([&]() -> Result<std::vector<SignatureRecord>> {
        SQLite::Statement query(
            m_database.handle(),
            "SELECT wallet_id, digest, room_id, at, algorithm FROM signatures ORDER BY position");
        std::vector<SignatureRecord> records;
        while (query.executeStep()) {
            records.push_back({query.getColumn(0).getString(), query.getColumn(1).getString(),
                               query.getColumn(2).getString(), query.getColumn(3).getInt64(),
                               query.getColumn(4).getString()});
        }
        return records;
    });
}

}  // namespace countersign::sandbox
