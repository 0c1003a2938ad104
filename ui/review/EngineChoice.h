#pragma once

#include "ui/session/control/JobControl.h"

#include <QBoxLayout>
#include <QFrame>
#include <QLabel>
#include <QPushButton>
#include <QRadioButton>

namespace countersign {

/// The choice of the signing engine for one job. Which engine signs, and what leaves this machine with it, is
/// said where a job is approved, and can be chosen for this one job there. The profile's engine is what it
/// begins with; engines that cannot be used here say why, before anything was approved.
class EngineChoice : public QFrame
{
    Q_OBJECT

public:
    explicit EngineChoice(JobControl& control, QWidget* parent = nullptr);

    /// Stands above the engine's sentence; empty: nothing does.
    void setPreface(const QString& sentence);
    void setProfileEngine(EngineKind engine);
    /// A job that runs or is over: what it was approved with. Nothing: it is still to be chosen.
    void setApproved(std::optional<EngineKind> engine);
    void setChoosable(bool choosable);

    /// What the next approval is for.
    EngineKind engine() const { return m_chosen.value_or(m_profile); }
    /// Chosen for this job although the share would stay on this machine with the profile's engine.
    bool isLowered() const { return m_profile == EngineKind::Sdk && engine() == EngineKind::Enclave; }
    EngineKind profileEngine() const { return m_profile; }
    QString sentence() const { return m_sentence->text(); }
    /// Why the engine of the sentence cannot be used here now; empty when it can.
    QString warning() const { return m_warning->isVisibleTo(this) ? m_warning->text() : QString(); }
    QPushButton* changeButton() const { return m_change; }
    QRadioButton* choice(EngineKind engine) const { return partOf(engine).choice; }
    /// Why this engine cannot be chosen now; empty when it can.
    QString obstacle(EngineKind engine) const;
    bool isOpen() const { return m_choices->isVisibleTo(this); }
    /// Hides the choices again; false when they were not shown.
    bool fold();

Q_SIGNALS:
    /// engine() is different.
    void changed();

private:
    struct Part
    {
        EngineKind engine = EngineKind::Sdk;
        QRadioButton* choice = nullptr;
        QLabel* words = nullptr;
        bool known = false;  ///< whether it can be used here was found out
        QString obstacle;
    };
    void open();
    void addChoice(Part& part, QBoxLayout& layout);
    void ask(EngineKind engine);
    void choose(EngineKind engine);
    void refresh();
    const Part& partOf(EngineKind engine) const { return engine == EngineKind::Sdk ? m_sdk : m_enclave; }

    JobControl& m_control;
    EngineKind m_profile = defaultEngine();
    std::optional<EngineKind> m_chosen;
    std::optional<EngineKind> m_approved;
    bool m_choosable = false;
    bool m_wantsFocus = false;  ///< choices were opened, and none can be chosen yet
    QString m_preface;
    QLabel* m_sentence = nullptr;
    QLabel* m_warning = nullptr;
    QPushButton* m_change = nullptr;
    QWidget* m_choices = nullptr;
    Part m_sdk{EngineKind::Sdk};
    Part m_enclave{EngineKind::Enclave};
};

}  // namespace countersign
