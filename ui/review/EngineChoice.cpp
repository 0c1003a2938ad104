#include "ui/review/EngineChoice.h"

#include "ui/text/JobText.h"
#include "ui/widgets/Labels.h"

#include <QVBoxLayout>

namespace countersign {

EngineChoice::EngineChoice(JobControl& control, QWidget* parent) : QFrame(parent), m_control(control)
{
    setProperty("role", QStringLiteral("card"));
    m_sentence = plainLabel({}, this);
    m_sentence->setWordWrap(true);
    m_warning = plainLabel({}, this);
    m_warning->setWordWrap(true);
    m_warning->setProperty("role", QStringLiteral("warning"));
    m_warning->hide();
    m_change = new QPushButton(tr("Change &engine for this job …"), this);
    m_change->setAutoDefault(false);
    m_choices = new QWidget(this);
    auto* choices = new QVBoxLayout(m_choices);
    choices->setContentsMargins(0, 4, 0, 0);
    choices->setSpacing(8);
    addChoice(m_sdk, *choices);
    addChoice(m_enclave, *choices);
    m_choices->hide();

    auto* head = new QHBoxLayout;
    head->setSpacing(16);
    head->addWidget(m_sentence, 1);
    head->addWidget(m_change, 0, Qt::AlignTop);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 8, 12, 8);
    layout->setSpacing(4);
    layout->addLayout(head);
    layout->addWidget(m_warning);
    layout->addWidget(m_choices);
    connect(m_change, &QPushButton::clicked, this, &EngineChoice::open);
    refresh();
}

void EngineChoice::addChoice(Part& part, QBoxLayout& layout)
{
    constexpr int besideTheButton = 24;
    part.choice = new QRadioButton(engineName(part.engine), m_choices);
    part.words = mutedLabel({}, m_choices);
    part.words->setWordWrap(true);
    part.words->setIndent(besideTheButton);
    auto* one = new QVBoxLayout;
    one->setSpacing(2);
    one->addWidget(part.choice);
    one->addWidget(part.words);
    layout.addLayout(one);
    connect(part.choice, &QRadioButton::clicked, this, [this, engine = part.engine] { choose(engine); });
}

void EngineChoice::setPreface(const QString& sentence)
{
    m_preface = sentence;
    refresh();
}

void EngineChoice::setProfileEngine(EngineKind engine)
{
    m_profile = engine;
    if (m_chosen == engine) {
        m_chosen.reset();
    }
    refresh();
}

void EngineChoice::setApproved(std::optional<EngineKind> engine)
{
    m_approved = engine;
    refresh();
}

void EngineChoice::setChoosable(bool choosable)
{
    if (choosable && !m_choosable) {
        ask(EngineKind::Sdk);
        ask(EngineKind::Enclave);
    }
    m_choosable = choosable;
    if (!choosable) {
        m_choices->hide();
    }
    refresh();
}

void EngineChoice::open()
{
    m_choices->show();
    ask(EngineKind::Sdk);
    ask(EngineKind::Enclave);
    // Not to the next button, which decides: the choices get it as soon as they can be chosen.
    m_choices->setFocus();
    m_wantsFocus = true;
    refresh();
}

bool EngineChoice::fold()
{
    if (!isOpen()) {
        return false;
    }
    m_choices->hide();
    refresh();
    m_change->setFocus();
    return true;
}

void EngineChoice::ask(EngineKind engine)
{
    m_control.checkEngine(this, engine, [this, engine](const Status& status) {
        Part& part = engine == EngineKind::Sdk ? m_sdk : m_enclave;
        part.known = true;
        part.obstacle = status ? QString() : status.error().sentence;
        refresh();
        if (m_wantsFocus && part.choice->isEnabled()) {
            part.choice->setFocus();
            m_wantsFocus = engine != this->engine();
        }
    });
}

QString EngineChoice::obstacle(EngineKind engine) const
{
    const Part& part = partOf(engine);
    return part.known ? part.obstacle : tr("It is being found out whether it can be used here …");
}

void EngineChoice::choose(EngineKind engine)
{
    const EngineKind before = this->engine();
    m_chosen = engine == m_profile ? std::nullopt : std::optional(engine);
    refresh();
    if (engine != before) {
        Q_EMIT changed();
    }
}

void EngineChoice::refresh()
{
    const EngineKind shown = m_approved.value_or(engine());
    const QString words = tr("%1: %2").arg(engineName(shown), engineSentence(shown));
    const bool own = !m_approved && m_chosen;
    const QString obstacleNow = m_choosable && !m_approved ? partOf(shown).obstacle : QString();
    m_sentence->setText((m_preface.isEmpty() ? QString() : m_preface + u'\n') + words +
                        (own ? u' ' + tr("Chosen for this job alone.") : QString()));
    // Open, the choices say it.
    m_warning->setText(obstacleNow);
    m_warning->setVisible(!obstacleNow.isEmpty() && !isOpen());
    m_change->setVisible(m_choosable && !isOpen());
    for (const Part* part : {&m_sdk, &m_enclave}) {
        part->choice->setText(part->engine == m_profile
                                  ? tr("%1, the profile's engine").arg(engineName(part->engine))
                                  : engineName(part->engine));
        const QString why = obstacle(part->engine);
        part->words->setText(why.isEmpty() ? engineSentence(part->engine) : why);
        part->choice->setAccessibleDescription(part->words->text());
        part->choice->setEnabled(m_choosable && why.isEmpty());
        part->choice->setChecked(part->engine == engine());
    }
}

}  // namespace countersign
