#pragma once

#include "ui/export/ExportTask.h"

#include <QDialog>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>

namespace countersign {

/// The dialog that shows an export's progress, with a way to cancel it, and then what came of it. Nothing
/// else waits for it.
class ExportDialog : public QDialog
{
    Q_OBJECT

public:
    ExportDialog(std::filesystem::path database, const QString& file, QWidget* parent = nullptr);

    void start(ExportTask::Write write);
    ExportTask& task() { return m_task; }
    QString sentence() const { return m_sentence->text(); }

    void reject() override;

private:
    void showProgress(qint64 done, qint64 total);
    void end(const QString& sentence);

    ExportTask m_task;
    QLabel* m_sentence = nullptr;
    QProgressBar* m_bar = nullptr;
    QPushButton* m_button = nullptr;
};

}  // namespace countersign
