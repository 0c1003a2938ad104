#include "ui/pages/record/AuditPage.h"

#include "ui/models/query/FilterText.h"
#include "ui/pages/dialogs/ExportCheckDialog.h"

#include <QFileDialog>
#include <QLocale>
#include <QMessageBox>

namespace countersign {

AuditPage::AuditPage(ProfileReader& reader, RecordControl& record, const Clock& clock, WindowState& state,
                     QWidget* parent)
    : PagedListPage(pageName, tr("Record"), state, parent),
      m_reader(reader),
      m_record(record),
      m_model(new AuditModel(reader, clock, this)),
      m_detail(new AuditDetail(reader)),
      m_health(new RecordHealth(record, clock, this))
{
    table()->setModel(m_model);
    table()->setAccessibleName(tr("Entries of the record"));
    table()->setColumnWidths({80, 180, 200, 110});
    table()->setStretchColumn(AuditModel::Kind);
    table()->setDropOrder({AuditModel::Subject, AuditModel::Number});
    addHead(m_health);
    begin(m_model, m_detail,
          {tr("The record cannot be read"), tr("The known token is kind:."), tr("No entry matches"),
           tr("No entry of the record fits this filter.")});
    setFilterHelp(tr("Filter: words, kind:job"),
                  tr("Words match kind, subject and detail.\nToken: kind:job shows what begins with job."));
    buildControls();
    connect(&m_record, &RecordControl::readyChanged, this, &AuditPage::updateControls);
    connect(&m_record, &RecordControl::busyChanged, this, &AuditPage::updateControls);
    updateControls();
    restoreState();
    updateState();
}

void AuditPage::buildControls()
{
    m_verify = new QPushButton(tr("Verify now"), this);
    m_verify->setProperty("role", QStringLiteral("primary"));
    m_export = new QPushButton(tr("Export …"), this);
    m_export->setToolTip(tr("Writes every entry as JSON Lines, signed with this desk's key."));
    m_checkpoint = new QPushButton(tr("Checkpoint …"), this);
    m_checkpoint->setToolTip(tr("A signed statement of the record's end, to keep elsewhere."));
    m_foreign = new QPushButton(tr("Check a foreign export …"), this);
    m_foreign->setToolTip(tr("Checks a file that another desk exported, with its public key."));
    for (QPushButton* button : {m_verify, m_export, m_checkpoint}) {
        addControl(button);
    }
    addLastControl(m_foreign);
    connect(m_verify, &QPushButton::clicked, this, &AuditPage::verify);
    connect(m_export, &QPushButton::clicked, this, [this] {
        chooseFile(tr("Export the record"), QStringLiteral("record.jsonl"), &AuditPage::exportTo);
    });
    connect(m_checkpoint, &QPushButton::clicked, this, [this] {
        chooseFile(tr("Save a checkpoint"), QStringLiteral("checkpoint.json"), &AuditPage::makeCheckpoint);
    });
    connect(m_foreign, &QPushButton::clicked, this, &AuditPage::checkForeign);
}

void AuditPage::updateControls()
{
    const bool isFree = !m_record.isBusy();
    for (QPushButton* button : {m_verify, m_export, m_checkpoint}) {
        button->setEnabled(isFree && m_record.isReady());
    }
    m_foreign->setEnabled(isFree);
}

void AuditPage::start()
{
    m_model->start();
    readMarks();
}

void AuditPage::refresh()
{
    PagedListPage::refresh();
    readMarks();
}

void AuditPage::repaintTimes()
{
    PagedListPage::repaintTimes();
    m_health->repaintTimes();
}

void AuditPage::readMarks()
{
    m_marksPending = true;
    m_reader.query(
        this, [](Database& database) { return AuditCatalog(database).marks(); },
        [this](const Result<AuditCatalog::Marks>& marks) {
            m_marksPending = false;
            if (marks) {
                m_health->setMarks(*marks);
            }
        });
}

void AuditPage::verify()
{
    m_record.verify(this, [this](const Result<RecordCheck>& check) {
        if (!check && check.error().code != ErrorCode::Cancelled) {
            say(false, tr("The record could not be checked"), check.error().sentence);
        }
    });
}

void AuditPage::exportTo(const QString& file)
{
    m_record.exportTo(this, file, [this](const Result<AuditExportSummary>& summary) {
        if (!summary) {
            if (summary.error().code != ErrorCode::Cancelled) {
                say(false, tr("The record was not exported"), summary.error().sentence);
            }
            return;
        }
        const QString count = QLocale().toString(static_cast<qlonglong>(summary->entries));
        if (summary->unsignedBecause.isEmpty()) {
            say(true, tr("%1 entries were exported").arg(count),
                tr("The last line is signed with this desk's key. Whoever has its public half can check the "
                   "file."));
        } else {
            say(false, tr("%1 entries were exported without a signature").arg(count),
                summary->unsignedBecause);
        }
    });
}

void AuditPage::makeCheckpoint(const QString& file)
{
    m_record.makeCheckpoint(this, file, [this](const Status& made) {
        made ? say(true, tr("The checkpoint was saved"),
                   tr("Keep it where somebody who can write this profile's folder cannot."))
             : say(false, tr("No checkpoint was made"), made.error().sentence);
    });
}

void AuditPage::checkForeign()
{
    auto* dialog = new ExportCheckDialog(m_record, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void AuditPage::chooseFile(const QString& title, const QString& name,
                           void (AuditPage::*chosen)(const QString&))
{
    auto* chooser = new QFileDialog(this, title);
    chooser->setAttribute(Qt::WA_DeleteOnClose);
    chooser->setAcceptMode(QFileDialog::AcceptSave);
    chooser->selectFile(name);
    connect(chooser, &QFileDialog::fileSelected, this, chosen);
    chooser->open();
}

void AuditPage::say(bool isGood, const QString& headline, const QString& sentence)
{
    auto* box = new QMessageBox(isGood ? QMessageBox::Information : QMessageBox::Warning, title(), headline,
                                QMessageBox::Close, this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setTextFormat(Qt::PlainText);
    box->setInformativeText(sentence);
    box->open();
}

void AuditPage::applyFilter(const QString& text)
{
    showChoices(FilterText::parse(text, AuditQuery::tokenNames()).tokens);
    apply(AuditQuery::parse(text), *m_model);
}

void AuditPage::showEmpty()
{
    showState(QStringLiteral("record"), tr("Nothing has been recorded yet"),
              tr("Everything that this desk does is written here before it is done."), tr("Look again"));
}

}  // namespace countersign
