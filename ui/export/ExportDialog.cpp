#include "ui/export/ExportDialog.h"

#include "ui/widgets/Labels.h"

#include <QLocale>
#include <QVBoxLayout>

namespace countersign {

namespace {
constexpr int exportDialogWidth = 460;
constexpr int exportSteps = 1000;
}  // namespace

ExportDialog::ExportDialog(std::filesystem::path database, const QString& file, QWidget* parent)
    : QDialog(parent), m_task(std::move(database), file)
{
    setWindowTitle(tr("Export"));
    setAttribute(Qt::WA_DeleteOnClose);
    m_sentence = plainLabel(tr("Writing %1 …").arg(file), this);
    m_sentence->setWordWrap(true);
    m_bar = new QProgressBar(this);
    m_bar->setRange(0, 0);
    m_bar->setTextVisible(false);
    m_bar->setAccessibleName(tr("Progress of the export"));
    m_button = new QPushButton(tr("Cancel"), this);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 16, 16, 16);
    layout->setSpacing(12);
    layout->addWidget(m_sentence);
    layout->addWidget(m_bar);
    layout->addStretch(1);
    layout->addWidget(m_button, 0, Qt::AlignRight);
    resize(exportDialogWidth, sizeHint().height());

    connect(m_button, &QPushButton::clicked, this, &ExportDialog::reject);
    connect(&m_task, &ExportTask::progressed, this, &ExportDialog::showProgress);
    connect(&m_task, &ExportTask::finished, this, [this](qint64 rows) {
        end(rows == 1 ? tr("1 row was written into %1.").arg(m_task.file())
                      : tr("%1 rows were written into %2.").arg(QLocale().toString(rows), m_task.file()));
    });
    connect(&m_task, &ExportTask::failed, this, [this](const Error& error) { end(error.sentence); });
}

void ExportDialog::start(ExportTask::Write write)
{
    m_task.start(std::move(write));
}

void ExportDialog::showProgress(qint64 done, qint64 total)
{
    if (total <= 0 || !m_task.isRunning()) {
        return;
    }
    m_bar->setRange(0, exportSteps);
    m_bar->setValue(static_cast<int>(done * exportSteps / total));
    m_sentence->setText(tr("Writing %1: %2 of %3 rows …")
                            .arg(m_task.file(), QLocale().toString(done), QLocale().toString(total)));
}

void ExportDialog::end(const QString& sentence)
{
    m_sentence->setText(sentence);
    m_bar->hide();
    m_button->setText(tr("Close"));
}

void ExportDialog::reject()
{
    if (m_task.isRunning()) {
        m_task.cancel();
        m_button->setEnabled(false);
        m_sentence->setText(tr("Cancelling …"));
        connect(&m_task, &ExportTask::failed, this, [this] { m_button->setEnabled(true); });
        connect(&m_task, &ExportTask::finished, this, [this] { m_button->setEnabled(true); });
        return;
    }
    QDialog::reject();
}

}  // namespace countersign
