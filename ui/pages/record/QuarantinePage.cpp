#include "ui/pages/record/QuarantinePage.h"

#include "ui/export/ListRows.h"
#include "ui/models/query/FilterText.h"
#include "ui/models/query/QuarantineQuery.h"
#include "ui/theme/Icons.h"
#include "ui/widgets/Labels.h"

#include <QLocale>

namespace countersign {

namespace {

/// Genuine deliveries that the question names one by one.
constexpr int mostNamedGenuine = 5;

QString amount(std::int64_t number)
{
    return QLocale().toString(static_cast<qlonglong>(number));
}

}  // namespace

QuarantinePage::QuarantinePage(ProfileReader& reader, ProfileSession& session, WindowState& state,
                               QWidget* parent)
    : PagedListPage(pageName, tr("Quarantine"), state, parent),
      m_reader(reader),
      m_session(session),
      m_model(new QuarantineModel(reader, session.clock(), this)),
      m_detail(new QuarantineDetail(reader))
{
    table()->setModel(m_model);
    table()->setAccessibleName(tr("Quarantined deliveries"));
    table()->setColumnWidths({170, 260, 120, 90});
    table()->setStretchColumn(QuarantineModel::Event);
    table()->setDropOrder({QuarantineModel::Retries});
    begin(m_model, m_detail,
          {tr("The quarantine cannot be read"),
           tr("Known tokens are reason: and is:; everything else is searched for in names and ids."),
           tr("Nothing in quarantine matches"), tr("No delivery that waits here fits this filter.")});
    setFilterHelp(
        tr("Filter: event, id, reason:undecryptable"),
        tr("Words match event name, event id, wallet id and kind.\nTokens: reason:signature, is:genuine, "
           "is:unverified"));
    buildControls();
    addLastControl(new ExportButton(reader, QStringLiteral("quarantine"), listFormats([model = m_model] {
                                        return [filter = model->filter()](Database& database, bool asCsv,
                                                                          ExportSink& sink) -> Status {
                                            const QuarantineCatalog catalog(database);
                                            ASSIGN_OR_RETURN(const auto ids, catalog.ids(filter));
                                            return exportRows(catalog, ids, asCsv, sink);
                                        };
                                    }),
                                    this));
    connectSession();
    connect(m_detail, &QuarantineDetail::retryWanted, this, &QuarantinePage::retrySelected);
    connect(m_detail, &QuarantineDetail::dropWanted, this, [this] {
        if (m_detail->item()) {
            confirmDrop({.ids = {m_detail->item()->id}});
        }
    });
    connect(m_detail, &QuarantineDetail::deliveryWanted, this, [this] {
        if (m_detail->item()) {
            Q_EMIT deliveryChosen(m_detail->item()->deliveryId);
        }
    });
    connect(m_model, &PagedTableModel::stateChanged, this, &QuarantinePage::updateActions);
    restoreState();
    updateState();
    updateActions();
}

void QuarantinePage::buildControls()
{
    QList<QPair<QString, QString>> reasons;
    for (const std::string_view code : quarantineReasons) {
        const QString value = QString::fromLatin1(code.data(), qsizetype(code.size()));
        reasons.append({quarantineText(value).word, value});
    }
    addChoice(QStringLiteral("reason"), tr("Reason"), reasons);
    m_retryAll = new QPushButton(tr("Retry all"), this);
    m_retryAll->setIcon(themeIcon(QStringLiteral("retry")));
    m_cancel = new QPushButton(tr("Cancel"), this);
    m_progress = new QProgressBar(this);
    m_progress->setTextVisible(false);
    m_progress->setFixedWidth(140);
    m_progress->setAccessibleName(tr("Progress of retrying"));
    m_outcome = mutedLabel({}, this);
    for (QWidget* control : QList<QWidget*>{m_retryAll, m_progress, m_cancel, m_outcome}) {
        addControl(control);
    }
    m_drop = new QPushButton(tr("Drop …"), this);
    m_drop->setToolTip(tr("Takes what is listed out of quarantine for good."));
    m_drop->setAccessibleName(tr("Drop what is listed"));
    addLastControl(m_drop);
    connect(m_retryAll, &QPushButton::clicked, this, &QuarantinePage::retryAll);
    connect(m_cancel, &QPushButton::clicked, this, [this] {
        m_outcome->setText(tr("Stopping after the few under way …"));
        m_session.cancelRetry();
    });
    connect(m_drop, &QPushButton::clicked, this, [this] { confirmDrop({.filter = m_model->filter()}); });
}

void QuarantinePage::connectSession()
{
    connect(&m_session, &ProfileSession::stateChanged, this, &QuarantinePage::updateActions);
    connect(&m_session, &ProfileSession::retryingChanged, this, &QuarantinePage::updateActions);
    connect(&m_session, &ProfileSession::retryProgress, this, [this](qint64 done, qint64 total) {
        m_progress->setMaximum(static_cast<int>(total));
        m_progress->setValue(static_cast<int>(done));
    });
    connect(&m_session, &ProfileSession::retryFinished, this, &QuarantinePage::showOutcome);
    const auto complain = [this](const Error& error) { m_outcome->setText(error.sentence); };
    connect(&m_session, &ProfileSession::retryFailed, this, complain);
    connect(&m_session, &ProfileSession::dropFinished, this, &QuarantinePage::showDropped);
    connect(&m_session, &ProfileSession::dropFailed, this, complain);
}

void QuarantinePage::setCounts(const ProfileCounts& profile)
{
    const QuarantineCatalog::Counts& counts = profile.quarantine;
    QStringList sentences;
    if (counts.bodiless > 0) {
        sentences
            << tr("Of %1 forged or unsigned deliveries only the hash is kept.").arg(amount(counts.bodiless));
    }
    if (counts.notKept > 0) {
        sentences << (counts.notKept == 1
                          ? tr("1 forged delivery was not kept.")
                          : tr("%1 forged deliveries were not kept.").arg(amount(counts.notKept)));
    }
    if (counts.genuine > 0 && counts.genuine < counts.waiting) {
        sentences.prepend(
            counts.genuine == 1
                ? tr("1 of them is genuine (filter is:genuine).")
                : tr("%1 of them are genuine (filter is:genuine).").arg(amount(counts.genuine)));
    }
    setNote(sentences.join(u' '));
}

void QuarantinePage::retryAll()
{
    m_outcome->clear();
    m_progress->setMaximum(0);
    m_session.retryAllQuarantined();
}

void QuarantinePage::retrySelected()
{
    if (m_detail->item()) {
        m_outcome->clear();
        m_progress->setMaximum(0);
        m_session.retryQuarantined(m_detail->item()->id);
    }
}

void QuarantinePage::confirmDrop(const QuarantineSelection& selection)
{
    m_reader.query(
        this,
        [selection](Database& database) {
            return QuarantineCatalog(database).selected(selection, mostNamedGenuine);
        },
        [this, selection](const Result<QuarantineCatalog::Selected>& selected) {
            if (!selected) {
                m_outcome->setText(selected.error().sentence);
            } else if (selected->unverified + selected->genuine > 0) {
                askDrop(selection, *selected);
            }
        });
}

void QuarantinePage::askDrop(QuarantineSelection selection, const QuarantineCatalog::Selected& selected)
{
    // What arrives while the question is open is not what was asked about.
    selection.newest = selected.newest;
    auto* question = new DropConfirmation(selected, this);
    question->setAttribute(Qt::WA_DeleteOnClose);
    connect(question, &DropConfirmation::confirmed, this, [this, selection](bool withGenuine) {
        QuarantineSelection confirmed = selection;
        confirmed.isGenuineSpared = !withGenuine;
        m_outcome->clear();
        m_session.dropQuarantined(confirmed);
    });
    question->open();
}

void QuarantinePage::showOutcome(const IngestReport& report)
{
    const QString accepted = amount(report.applied + report.duplicates);
    if (report.quarantined == 0 && report.applied + report.duplicates > 0) {
        m_outcome->setText(tr("%1 accepted.").arg(accepted));
    } else {
        m_outcome->setText(tr("%1 accepted, %2 still waiting.").arg(accepted, amount(report.quarantined)));
    }
}

void QuarantinePage::showDropped(const DropReport& report)
{
    m_outcome->setText(
        report.genuine == 0
            ? tr("%1 dropped.").arg(amount(report.dropped))
            : tr("%1 dropped, %2 of them genuine.").arg(amount(report.dropped), amount(report.genuine)));
}

void QuarantinePage::updateActions()
{
    const bool retrying = m_session.isRetrying();
    const bool open = m_session.state() == ProfileSession::State::Open;
    const bool something = isTableShown() && m_model->rowCount() > 0;
    m_progress->setVisible(retrying);
    m_cancel->setVisible(retrying);
    m_retryAll->setVisible(something);
    m_retryAll->setEnabled(open && !retrying);
    m_drop->setVisible(something);
    m_drop->setEnabled(open && !retrying && m_model->state() == PagedTableModel::State::Ready);
    QString obstacle;
    if (retrying) {
        obstacle = tr("Retrying …");
    } else if (!open) {
        obstacle = tr("Retrying and dropping need the profile's keys: unlock the profile first.");
    }
    m_detail->setObstacle(obstacle);
}

void QuarantinePage::applyFilter(const QString& text)
{
    showChoices(FilterText::parse(text, QuarantineQuery::tokenNames()).tokens);
    apply(QuarantineQuery::parse(text), *m_model);
    updateActions();
}

void QuarantinePage::showEmpty()
{
    showState(
        QStringLiteral("check"), tr("Nothing waits here"),
        tr("Deliveries that cannot be verified, read or decrypted are kept here with their reason, and can "
           "be retried once it is mended."),
        tr("Show the events"));
}

void QuarantinePage::onEmptyAction()
{
    Q_EMIT eventsWanted();
}

}  // namespace countersign
