#include "ui/session/ProfileReader.h"

namespace countersign {

ProfileReader::ProfileReader(std::filesystem::path databaseFile, QObject* parent)
    : QObject(parent), m_file(std::move(databaseFile)), m_worker(new QObject)
{
    m_thread.setObjectName(QStringLiteral("profile reader"));
    m_worker->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_worker, &QObject::deleteLater);
    m_thread.start();
}

ProfileReader::~ProfileReader()
{
    m_stopping = true;
    m_thread.quit();
    m_thread.wait();
}

void ProfileReader::post(std::function<void()> job)
{
    QMetaObject::invokeMethod(m_worker, std::move(job), Qt::QueuedConnection);
}

Result<Database*> ProfileReader::database()
{
    if (!m_database) {
        auto opened = Database::open(m_file, Database::Mode::ReadOnly);
        if (!opened) {
            return failure(opened.error());
        }
        m_database = std::move(*opened);
    }
    return m_database.get();
}

}  // namespace countersign
