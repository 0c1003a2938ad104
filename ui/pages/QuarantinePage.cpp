#include "ui/pages/QuarantinePage.h"

#include "ui/theme/Icons.h"
#include "ui/widgets/Labels.h"

#include <QHeaderView>
#include <QLocale>

namespace countersign {

QuarantinePage::QuarantinePage(ProfileReader& reader, ProfileSession& session, WindowState& state,
                               QWidget* parent)
    : ListPage(QStringLiteral("quarantine"), tr("Quarantine"), state, parent),
      m_session(session),
      m_model(new QuarantineModel(reader, session.clock(), this)),
      m_detail(new QuarantineDetail)
{
    hideFilter();
    table()->setModel(m_model);
    table()->setAccessibleName(tr("Quarantined deliveries"));
    table()->horizontalHeader()->setStretchLastSection(true);
    table()->setColumnWidths({170, 260, 120, 120});
    table()->setDropOrder({QuarantineModel::Retries});
    setDetail(m_detail);

    m_retryAll = new QPushButton(tr("Retry all"), this);
    m_retryAll->setIcon(themeIcon(QStringLiteral("retry")));
    m_cancel = new QPushButton(tr("Cancel"), this);
    m_progress = new QProgressBar(this);
    m_progress->setTextVisible(false);
    m_progress->setFixedWidth(180);
    m_progress->setAccessibleName(tr("Progress of retrying"));
    m_outcome = mutedLabel({}, this);
    for (QWidget* control : QList<QWidget*>{m_retryAll, m_progress, m_cancel, m_outcome}) {
        addControl(control);
    }

    connect(m_retryAll, &QPushButton::clicked, this, &QuarantinePage::retryAll);
    connect(m_cancel, &QPushButton::clicked, this, [this] {
        m_outcome->setText(tr("Stopping after the one under way …"));
        m_session.cancelRetry();
    });
    connect(table(), &DataTable::currentRowChanged, this,
            [this](const QModelIndex& current) { showItem(current.row()); });
    connect(m_model, &QuarantineModel::loaded, this, &QuarantinePage::updateState);
    connect(m_detail, &QuarantineDetail::retryWanted, this, &QuarantinePage::retrySelected);
    connect(m_detail, &QuarantineDetail::deliveryWanted, this, [this] {
        if (const QuarantineItem* item = m_model->itemAt(m_model->rowOf(m_selected))) {
            Q_EMIT deliveryChosen(item->deliveryId);
        }
    });
    connect(&m_session, &ProfileSession::stateChanged, this, &QuarantinePage::updateActions);
    connect(&m_session, &ProfileSession::retryingChanged, this, &QuarantinePage::updateActions);
    connect(&m_session, &ProfileSession::retryProgress, this, [this](qint64 done, qint64 total) {
        m_progress->setMaximum(static_cast<int>(total));
        m_progress->setValue(static_cast<int>(done));
    });
    connect(&m_session, &ProfileSession::retryFinished, this, &QuarantinePage::showOutcome);
    connect(&m_session, &ProfileSession::retryFailed, this,
            [this](const Error& error) { m_outcome->setText(error.sentence); });
    restoreState();
    updateState();
    updateActions();
}

void QuarantinePage::retryAll()
{
    m_outcome->clear();
    m_progress->setMaximum(0);
    m_session.retryAllQuarantined();
}

void QuarantinePage::retrySelected()
{
    if (m_selected != 0) {
        m_outcome->clear();
        m_progress->setMaximum(0);
        m_session.retryQuarantined(m_selected);
    }
}

void QuarantinePage::showOutcome(const IngestReport& report)
{
    const QLocale locale;
    if (report.quarantined == 0 && report.applied + report.duplicates > 0) {
        m_outcome->setText(
            tr("%1 accepted.").arg(locale.toString(qlonglong(report.applied + report.duplicates))));
    } else {
        m_outcome->setText(tr("%1 accepted, %2 still waiting.")
                               .arg(locale.toString(qlonglong(report.applied + report.duplicates)),
                                    locale.toString(qlonglong(report.quarantined))));
    }
}

void QuarantinePage::showItem(int row)
{
    if (const QuarantineItem* item = m_model->itemAt(row)) {
        m_selected = item->id;
        m_detail->show(*item);
    }
}

void QuarantinePage::updateState()
{
    if (m_model->error()) {
        showState(QStringLiteral("error"), tr("The quarantine cannot be read"), m_model->error()->sentence,
                  tr("Try again"));
    } else if (!m_model->isLoaded() || m_model->rowCount() > 0) {
        showTable();
    } else {
        showState(QStringLiteral("check"), tr("Nothing waits here"),
                  tr("Deliveries that cannot be verified, read or decrypted are kept here with their reason, "
                     "and can "
                     "be retried once it is mended."),
                  tr("Show the events"));
    }
    setCountText(m_model->rowCount() > 0 ? QLocale().toString(m_model->rowCount()) : QString());
    const int row = std::max(0, m_model->rowOf(m_selected));
    if (m_model->rowCount() > 0) {
        table()->setCurrentIndex(m_model->index(row, 0));
        showItem(row);
    } else {
        m_selected = 0;
        m_detail->clear();
    }
    updateActions();
}

void QuarantinePage::updateActions()
{
    const bool retrying = m_session.isRetrying();
    const bool open = m_session.state() == ProfileSession::State::Open;
    m_progress->setVisible(retrying);
    m_cancel->setVisible(retrying);
    m_retryAll->setVisible(m_model->rowCount() > 0);
    m_retryAll->setEnabled(open && !retrying);
    QString obstacle;
    if (retrying) {
        obstacle = tr("Retrying …");
    } else if (!open) {
        obstacle = tr("Retrying needs the profile's keys: unlock the profile first.");
    }
    m_detail->setObstacle(obstacle);
}

void QuarantinePage::applyFilter(const QString&) {}

void QuarantinePage::onStateAction()
{
    if (m_model->error()) {
        refresh();
    } else {
        Q_EMIT eventsWanted();
    }
}

}  // namespace countersign
