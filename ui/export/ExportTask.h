#pragma once

#include "ui/session/reading/ProfileReader.h"

#include <QElapsedTimer>

#include <atomic>

namespace countersign {

/// What an export writes to, on the exporting thread.
class ExportSink
{
public:
    virtual ~ExportSink() = default;
    /// Cancelled once the operator does not want it any more.
    virtual Status write(std::string_view bytes) = 0;
    virtual void progress(qint64 done, qint64 total) = 0;
};

/// Writes a list into a file on a thread of its own, with a database connection of its own, so that a million
/// rows keep no page waiting. The file is there only when it is complete.
class ExportTask : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ExportTask)

public:
    /// Reads of the database and writes into the sink; runs on the exporting thread.
    using Write = std::function<Status(Database& database, ExportSink& sink)>;

    ExportTask(std::filesystem::path database, QString file, QObject* parent = nullptr);
    ~ExportTask() override;

    void start(Write write);
    void cancel() { m_cancelled = true; }
    bool isRunning() const { return m_running; }
    const QString& file() const { return m_file; }

Q_SIGNALS:
    void progressed(qint64 done, qint64 total);
    void finished(qint64 rows);
    void failed(const countersign::Error& error);

private:
    class FileSink;

    QString m_file;
    std::atomic<bool> m_cancelled = false;
    bool m_running = false;
    ProfileReader m_reader;
};

}  // namespace countersign
