#include "core/vault/database/BackgroundWork.h"
#include "ui/compose/ComposeDialog.h"
#include "ui/pages/signing/JobsPage.h"
#include "ui/review/several/ApproveSeveralDialog.h"
#include "ui/window/MainWindow.h"

#include <QFile>
#include <QFileDialog>
#include <QMessageBox>
#include <QPointer>

// Reviews, the composer and job files: windows of their own, none of which is waited for.

namespace countersign {

namespace {

constexpr qint64 mostFileBytes = 1024 * 1024;

/// On a thread of its own: a file may lie on a network that does not answer.
Result<Bytes> readJobFile(const QString& name)
{
    QFile file(name);
    if (!file.open(QIODevice::ReadOnly)) {
        return failure(ErrorCode::NotFound, MainWindow::tr("The file cannot be read."), file.errorString());
    }
    const QByteArray content = file.read(mostFileBytes + 1);
    if (content.size() > mostFileBytes) {
        return failure(ErrorCode::InvalidInput,
                       MainWindow::tr("The file is larger than 1 MiB, which no job document is."));
    }
    return toBytes(asBytes(std::string_view(content.constData(), static_cast<std::size_t>(content.size()))));
}

}  // namespace

ReviewDialog* MainWindow::openReview(const QString& jobId)
{
    for (auto* open : findChildren<ReviewDialog*>()) {
        if (open->jobId() == jobId && open->isVisible()) {
            open->raise();
            open->activateWindow();
            return open;
        }
    }
    const bool demonstration = m_session.info() && m_session.info()->demonstration;
    auto* dialog = new ReviewDialog(m_reader, m_session.jobs(), m_session.clock(), demonstration, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setApprovals(m_session.approvals(), m_session.reauthentication());
    dialog->review(jobId);
    dialog->show();
    return dialog;
}

ApproveSeveralDialog* MainWindow::openSeveral(const std::vector<std::int64_t>& rows)
{
    auto* dialog = new ApproveSeveralDialog(rows,
                                            {.reader = m_reader,
                                             .jobs = m_session.jobs(),
                                             .approvals = m_session.approvals(),
                                             .reauthentication = m_session.reauthentication(),
                                             .clock = m_session.clock()},
                                            this);
    dialog->show();
    return dialog;
}

void MainWindow::useDescriptors(const QString& folder, const std::optional<Error>& problem)
{
    Result<std::optional<std::string>> wanted;
    if (problem) {
        wanted = failure(*problem);
    } else if (!folder.isEmpty()) {
        wanted = folder.toStdString();
    }
    if (m_reader.explainer()->useDescriptors(std::move(wanted))) {
        refreshPages();
        for (auto* open : findChildren<ReviewDialog*>()) {
            open->refresh();
        }
    }
}

void MainWindow::startRejecting(const QString& jobId)
{
    openReview(jobId)->startRejecting();
}

ComposeDialog* MainWindow::openComposer(const QString& walletId)
{
    auto* dialog = new ComposeDialog(m_reader, m_session.jobs(), m_session.clock(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &ComposeDialog::submitted, this, [this](const QString& jobId) {
        showPage(JobsPage::pageName);
        openReview(jobId);
    });
    if (!walletId.isEmpty()) {
        dialog->setWallet(walletId);
    }
    dialog->open();
    return dialog;
}

void MainWindow::chooseJobFile()
{
    auto* chooser = new QFileDialog(this, tr("Open a job file"));
    chooser->setAttribute(Qt::WA_DeleteOnClose);
    chooser->setFileMode(QFileDialog::ExistingFile);
    chooser->setNameFilters({tr("Job documents (*.json)"), tr("All files (*)")});
    connect(chooser, &QFileDialog::fileSelected, this, &MainWindow::openJobFile);
    chooser->open();
}

void MainWindow::openJobFile(const QString& file)
{
    const auto document = std::make_shared<Result<Bytes>>(failure(ErrorCode::Cancelled, {}));
    runInBackground([document, file] { *document = readJobFile(file); },
                    [guard = QPointer<MainWindow>(this), document, file] {
                        if (guard) {
                            guard->submitFile(*document, file);
                        }
                    });
}

void MainWindow::submitFile(const Result<Bytes>& document, const QString& file)
{
    const QString headline = tr("%1 was not taken as a job").arg(file.section(u'/', -1));
    if (!document) {
        complain(headline, document.error().sentence);
        return;
    }
    m_session.jobs().submit(this, *document, JobOrigin::File, [this, headline](const Result<Job>& job) {
        if (!job) {
            complain(headline, job.error().sentence);
            return;
        }
        showPage(JobsPage::pageName);
        openReview(QString::fromStdString(job->jobId));
    });
}

void MainWindow::complain(const QString& headline, const QString& sentence)
{
    auto* box = new QMessageBox(QMessageBox::Warning, tr("Countersign"), headline, QMessageBox::Close, this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setTextFormat(Qt::PlainText);
    box->setInformativeText(sentence);
    box->open();
}

}  // namespace countersign
