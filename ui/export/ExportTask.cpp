#include "ui/export/ExportTask.h"

#include "core/base/ThreadCall.h"
#include "core/base/process/OutputFile.h"

#include <QFile>

namespace countersign {

namespace {
constexpr qint64 progressEveryMs = 100;
}  // namespace

/// Lives on the exporting thread.
class ExportTask::FileSink : public ExportSink
{
public:
    FileSink(ExportTask& task, std::string file) : m_task(task), m_output(std::move(file))
    {
        m_sinceTold.start();
    }

    Status open() { return m_output.open(); }
    Status write(std::string_view bytes) override
    {
        if (m_task.m_cancelled) {
            return failure(ErrorCode::Cancelled,
                           ExportTask::tr("The export was cancelled; nothing was written."));
        }
        return m_output.write(asBytes(bytes));
    }
    void progress(qint64 done, qint64 total) override
    {
        m_done = done;
        if (m_sinceTold.elapsed() >= progressEveryMs) {
            m_sinceTold.restart();
            callOnThread(&m_task, [&task = m_task, done, total] { Q_EMIT task.progressed(done, total); });
        }
    }
    Result<qint64> commit()
    {
        return m_output.commit().map([this] { return m_done; });
    }

private:
    ExportTask& m_task;
    OutputFile m_output;
    QElapsedTimer m_sinceTold;
    qint64 m_done = 0;
};

ExportTask::ExportTask(std::filesystem::path database, QString file, QObject* parent)
    : QObject(parent), m_file(std::move(file)), m_reader(std::move(database))
{}

ExportTask::~ExportTask()
{
    m_cancelled = true;
}

void ExportTask::start(Write write)
{
    m_running = true;
    m_reader.query(
        this,
        [this, write = std::move(write)](Database& database) -> Result<qint64> {
            FileSink sink(*this, QFile::encodeName(m_file).toStdString());
            RETURN_IF_ERROR(sink.open());
            RETURN_IF_ERROR(write(database, sink));
            RETURN_IF_ERROR(sink.write({}));  // cancelled meanwhile?
            return sink.commit();
        },
        [this](const Result<qint64>& rows) {
            m_running = false;
            if (rows) {
                Q_EMIT finished(*rows);
            } else {
                Q_EMIT failed(rows.error());
            }
        });
}

}  // namespace countersign
