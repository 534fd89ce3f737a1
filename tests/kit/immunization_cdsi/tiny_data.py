"""A folder of supporting data as CDC writes it, but tiny: one antigen, two doses; and cases for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

ANTIGEN = """<?xml version="1.0" encoding="UTF-8"?>
<antigenSupportingData>
 <immunity><clinicalHistory><guidelineCode>018</guidelineCode><guidelineTitle>Had it</guidelineTitle></clinicalHistory>
  <dateOfBirth><immunityBirthDate>01/01/1957</immunityBirthDate><birthCountry/>
   <exclusion><exclusionCode>055</exclusionCode><exclusionTitle>Staff</exclusionTitle></exclusion></dateOfBirth></immunity>
 <contraindications>
  <vaccineGroup><contraindication><observationCode>007</observationCode><observationTitle>Pregnant</observationTitle>
   <contraindicationText>Do not vaccinate.</contraindicationText><contraindicationGuidance/><beginAge/><endAge>n/a</endAge>
  </contraindication></vaccineGroup>
  <vaccine><contraindication><observationCode>110</observationCode><observationTitle>Yeast</observationTitle>
   <contraindicationText/><contraindicationGuidance/><contraindicatedVaccine><vaccineType>Pox B</vaccineType><cvx>7</cvx>
   <beginAge/><endAge/></contraindicatedVaccine></contraindication></vaccine>
 </contraindications>
 <series>
  <seriesName>Pox 2-dose series</seriesName><targetDisease>Pox</targetDisease><vaccineGroup>Pox</vaccineGroup>
  <seriesAdminGuidance>Shake well.</seriesAdminGuidance><seriesType>Standard</seriesType>
  <equivalentSeriesGroups>2; 3</equivalentSeriesGroups><requiredGender/>
  <selectSeries><defaultSeries>Yes</defaultSeries><productPath>No</productPath><seriesGroupName>Standard</seriesGroupName>
   <seriesGroup>1</seriesGroup><seriesPriority>A</seriesPriority><seriesPreference>1</seriesPreference>
   <minAgeToStart>n/a</minAgeToStart><maxAgeToStart>5 yrs - 4 days</maxAgeToStart></selectSeries>
  <indication><observationCode><text/><code/></observationCode><description/></indication>
  <seriesDose><doseNumber>Dose 1</doseNumber>
   <age><absMinAge>1 year - 4 days</absMinAge><minAge>1 year</minAge><earliestRecAge>1 year</earliestRecAge>
    <latestRecAge>16 months + 4 weeks</latestRecAge><maxAge/><effectiveDate/><cessationDate/></age>
   <preferableVaccine><vaccineType>Pox A</vaccineType><cvx>3</cvx><beginAge>1 year</beginAge><endAge/><tradeName/><mvx/>
    <volume>0.5</volume><forecastVaccineType>Y</forecastVaccineType></preferableVaccine>
   <allowableVaccine><vaccineType>Pox A</vaccineType><cvx>03</cvx><beginAge>1 year - 4 days</beginAge><endAge/>
   </allowableVaccine><inadvertentVaccine><vaccineType>Pox B</vaccineType><cvx>07</cvx></inadvertentVaccine>
   <conditionalSkip/><recurringDose>No</recurringDose></seriesDose>
  <seriesDose><doseNumber>Dose 2</doseNumber>
   <interval><fromPrevious>Y</fromPrevious><fromTargetDose>n/a</fromTargetDose><fromMostRecent/>
    <fromRelevantObs><text/><code/></fromRelevantObs><absMinInt>4 weeks - 4 days</absMinInt><minInt>4 weeks</minInt>
    <earliestRecInt>8 weeks</earliestRecInt><latestRecInt/><intervalPriority>override</intervalPriority>
    <effectiveDate>20200101</effectiveDate><cessationDate/></interval>
   <preferableVaccine><vaccineType>Pox A</vaccineType><cvx>03</cvx><beginAge/><endAge/><tradeName/><mvx/><volume/>
    <forecastVaccineType>N</forecastVaccineType></preferableVaccine>
   <conditionalSkip><context>Both</context><setLogic>n/a</setLogic><set><setID>1</setID>
    <setDescription>Not at 60</setDescription><effectiveDate/><cessationDate/><conditionLogic>n/a</conditionLogic>
    <condition><conditionID>1</conditionID><conditionType>Vaccine Count By Age</conditionType><startDate/><endDate/>
     <beginAge>60 years</beginAge><endAge/><interval/><doseCount>0</doseCount><doseType>valid</doseType>
     <doseCountLogic>Greater Than</doseCountLogic><vaccineTypes>3; 07;</vaccineTypes><seriesGroups/></condition></set>
   </conditionalSkip><recurringDose>No</recurringDose>
   <seasonalRecommendation><startDate>20200701</startDate><endDate/></seasonalRecommendation></seriesDose>
 </series>
</antigenSupportingData>
"""

SCHEDULE = """<?xml version="1.0" encoding="UTF-8"?>
<scheduleSupportingData>
 <liveVirusConflicts><liveVirusConflict><previous><vaccineType>Pox A</vaccineType><cvx>03</cvx></previous>
  <current><vaccineType>Pox A</vaccineType><cvx>03</cvx></current><conflictBeginInterval>1 day</conflictBeginInterval>
  <minConflictEndInterval>24 days</minConflictEndInterval><conflictEndInterval>28 days</conflictEndInterval>
 </liveVirusConflict></liveVirusConflicts>
 <vaccineGroups><vaccineGroup><name>Pox</name><administerFullVaccineGroup>Yes</administerFullVaccineGroup></vaccineGroup>
 </vaccineGroups>
 <vaccineGroupToAntigenMap><vaccineGroupMap><name>Pox</name><antigen>Pox</antigen></vaccineGroupMap>
 </vaccineGroupToAntigenMap>
 <cvxToAntigenMap><cvxMap><cvx>3</cvx><shortDescription>Pox A</shortDescription><association><antigen>Pox</antigen>
  <associationBeginAge>0 days</associationBeginAge><associationEndAge/></association></cvxMap>
  <cvxMap><cvx>07</cvx><shortDescription>Pox B</shortDescription><association><antigen>Pox</antigen></association></cvxMap>
 </cvxToAntigenMap>
 <observations><observation><observationCode>007</observationCode><observationTitle>Pregnant</observationTitle><group/>
  <indicationText/><contraindicationText>Do not vaccinate.</contraindicationText><clarifyingText/>
  <codedValues><codedValue><code>77386006</code><codeSystem>SNOMED</codeSystem><text>Pregnant</text></codedValue>
  </codedValues></observation>
 <observation><observationCode>018</observationCode><observationTitle>Had it</observationTitle></observation>
 <observation><observationCode>055</observationCode><observationTitle>Staff</observationTitle></observation>
 <observation><observationCode>110</observationCode><observationTitle>Yeast</observationTitle></observation>
</observations>
</scheduleSupportingData>
"""


def write_rules(folder: Path) -> Path:
    """The two files in `folder`, which is made."""
    folder.mkdir(parents=True)
    (folder / "AntigenSupportingData- Pox-508.xml").write_text(ANTIGEN, encoding="utf-8")
    (folder / "ScheduleSupportingData.xml").write_text(SCHEDULE, encoding="utf-8")
    return folder


def case(**changes: Any) -> dict[str, Any]:
    """A case that passes: the first dose on the first birthday; `expected__x` changes a field of the answer."""
    row: dict[str, Any] = {
        "suite": "own",
        "suite_version": "1",
        "supporting_data": "rules",
        "test_id": "first",
        "name": "One dose",
        "vaccine_group": "POX",
        "dob": "2023-05-01",
        "gender": "F",
        "assessment_date": "2024-05-01",
        "observations": [],
        "doses": [
            {"n": 1, "date": "2024-05-01", "cvx": "03", "expected_status": "Valid", "expected_reason": None}
        ],
        "expected": {
            "series_status": "Not Complete",
            "forecast_dose_number": "2",
            "earliest": "2024-05-29",
            "recommended": "2024-06-26",
            "past_due": None,
        },
    }
    for name, value in changes.items():
        if name.startswith("expected__"):
            row["expected"][name.removeprefix("expected__")] = value
        else:
            row[name] = value
    return row


def write_cases(file: Path, *rows: dict[str, Any]) -> Path:
    file.write_text("\n".join(json.dumps(row) for row in rows) + "\n", encoding="utf-8")
    return file
