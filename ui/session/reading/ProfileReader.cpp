#include "ui/session/reading/ProfileReader.h"

#include "core/base/ThreadCall.h"

#include <sqlite3.h>

namespace countersign {

ProfileReader::ProfileReader(std::filesystem::path databaseFile, QObject* parent,
                             std::shared_ptr<JobExplainer> explainer)
    : QObject(parent),
      m_file(std::move(databaseFile)),
      m_worker(new QObject),
      m_explainer(std::move(explainer))
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
    passThreadLock();
}

void ProfileReader::post(std::function<void()> job)
{
    callOnThread(m_worker, std::move(job));
}

Result<Database*> ProfileReader::database()
{
    if (!m_database) {
        ASSIGN_OR_RETURN(auto opened, Database::open(m_file, Database::Mode::ReadOnly));
        m_database = std::move(opened);
    }
    return m_database.get();
}

void ProfileReader::supersede(std::uint64_t number)
{
    const std::lock_guard lock(m_mutex);
    if (number != 0 && number == m_running) {
        sqlite3_interrupt(m_database->handle().getHandle());
    } else if (number > m_lastBegun) {
        m_superseded.insert(number);
    }
}

bool ProfileReader::begin(std::uint64_t number)
{
    const std::lock_guard lock(m_mutex);
    m_lastBegun = number;
    if (m_superseded.erase(number) > 0) {
        return false;
    }
    m_running = number;
    return true;
}

void ProfileReader::end()
{
    const std::lock_guard lock(m_mutex);
    m_running = 0;
}

}  // namespace countersign
