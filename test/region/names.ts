/** The host names one miniature region serves, all of them of its VPC. */
export interface RegionNames {
  /** The default instance, its auth host and its bucket. */
  readonly registry: string
  readonly auth: string
  readonly bucket: string
  /** The Enterprise instance `acme`, its auth host and its bucket. */
  readonly enterprise: string
  readonly enterpriseAuth: string
  readonly enterpriseBucket: string
  /** Where `acme` has its Helm charts. */
  readonly chart: string
  /** The bare OSS endpoint, which every bucket is a label under. */
  readonly oss: string
}

/** The names of `region`, by the regular formula. */
export function namesOf(region: string): RegionNames {
  const oss = `oss-${region}-internal.aliyuncs.com`
  return {
    registry: `registry-vpc.${region}.aliyuncs.com`,
    auth: `dockerauth-vpc.${region}.aliyuncs.com`,
    bucket: `aliregistry-${region}.${oss}`,
    enterprise: `acme-registry-vpc.${region}.cr.aliyuncs.com`,
    enterpriseAuth: `dockerauth-ee-vpc.${region}.aliyuncs.com`,
    enterpriseBucket: `cri-abc123-registry.${oss}`,
    chart: `acme-chart-vpc.${region}.cr.aliyuncs.com`,
    oss,
  }
}
